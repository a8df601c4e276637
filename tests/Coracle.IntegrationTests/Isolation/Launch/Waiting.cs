using Coracle.Isolation.Launch.Planning;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Finds the stubs of this process, by the files of /proc.</summary>
internal static class Waiting
{
    private static readonly string FirstRead = $"0x3 0x{PlanLayout.Base:x} ";

    /// <summary>The stub that waits for the plan of a container; waits until there is one.</summary>
    internal static async Task<int> FindAsync()
    {
        int found = 0;
        await EventuallyAsync(() => (found = Stubs().FirstOrDefault(IsWaiting)) != 0);
        return found;
    }

    /// <summary>All stubs that are children of this process.</summary>
    internal static HashSet<int> Stubs() => [.. Directory.GetDirectories("/proc")
        .Select(static path => Path.GetFileName(path))
        .Where(static name => char.IsAsciiDigit(name[0]))
        .Select(static name => int.Parse(name, null))
        .Where(static pid => ParentOf(pid) == Environment.ProcessId
            && Read(pid, "cmdline").StartsWith("coracle-init", StringComparison.Ordinal))];

    /// <summary>The letter of a process's state; null if it is gone.</summary>
    internal static char? StateOf(int pid) => Fields(pid) is [[var state, ..], ..] ? state : null;

    internal static async Task EventuallyAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        condition().Should().BeTrue("within ten seconds");
    }

    // It reads from 3, and not to where the first plan goes.
    private static bool IsWaiting(int pid) =>
        Read(pid, "syscall") is var call && call.Contains(" 0x3 0x80", StringComparison.Ordinal) && !call.Contains(FirstRead, StringComparison.Ordinal);

    private static int ParentOf(int pid) => Fields(pid) is [_, var parent, ..] ? int.Parse(parent, null) : 0;

    private static string[] Fields(int pid) => Read(pid, "stat") is var stat && stat.Length > 0
        ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')
        : [];

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
