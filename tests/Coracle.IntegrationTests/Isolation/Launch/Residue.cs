using System.Diagnostics;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Fails a test that leaves processes, descriptors or mounts behind.</summary>
internal sealed class Residue : IDisposable
{
    private readonly HashSet<int> _children = Children();
    private readonly string _mounts = Mounts();
    private readonly Dictionary<string, int> _descriptors = Descriptors();

    public void Dispose()
    {
        // Namespaces of a process that has ended go a moment later, and so does an idle lifeline.
        Stopwatch waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(10) && (!Children().IsSubsetOf(_children) || More().Any()))
            Thread.Sleep(50);
        Children().Should().BeSubsetOf(_children);
        Mounts().Should().Be(_mounts);
        string.Join(", ", More()).Should().BeEmpty();
    }

    private static string Mounts() => File.ReadAllText("/proc/self/mountinfo");

    // Assemblies are opened as they are needed: what counts is what the launcher uses.
    private IEnumerable<string> More() => Descriptors()
        .Where(now => now.Value > _descriptors.GetValueOrDefault(now.Key)).Select(static now => $"{now.Value} {now.Key}");

    private static Dictionary<string, int> Descriptors() => Directory.GetFiles("/proc/self/fd")
        .Select(static path => new FileInfo(path).LinkTarget?.Split(':', '[')[0])
        .Where(static target => target is "pipe" or "socket" or "anon_inode" or "mnt" or "/memfd" or "pid")
        .GroupBy(static target => target!)
        .ToDictionary(static group => group.Key, static group => group.Count());

    private static HashSet<int> Children() => [.. Directory.GetDirectories("/proc")
        .Select(static path => Path.GetFileName(path))
        .Where(static name => char.IsAsciiDigit(name[0]))
        .Select(static name => int.Parse(name, null))
        .Where(IsChild)];

    private static bool IsChild(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == $"{Environment.ProcessId}";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
