namespace Coracle.IntegrationTests.Engine;

/// <summary>What containers could leave on a host.</summary>
/// <param name="Descriptors">Open descriptors of this process that point at what containers use.</param>
/// <param name="Children">Children of this process, zombies too, other than the one that ties containers to it.</param>
/// <param name="Mounts">Entries of the mount table.</param>
/// <param name="Cgroups">Control groups of containers.</param>
internal sealed record HostTraces(int Descriptors, int Children, int Mounts, int Cgroups)
{
    internal static HostTraces Take() => new(CountDescriptors(), CountChildren(), File.ReadLines("/proc/self/mountinfo").Count(), CountCgroups());

    // Sockets and files of .NET itself come and go; pipes, pidfds, mounts and namespaces are ours alone.
    private static int CountDescriptors() => Directory.EnumerateFiles("/proc/self/fd")
        .Select(static path => TargetOf(path))
        .Count(static target => target.StartsWith("pipe:", StringComparison.Ordinal)
            || target.StartsWith("anon_inode:[pidfd]", StringComparison.Ordinal)
            || target.StartsWith("mnt:", StringComparison.Ordinal)
            || target.Contains("memfd", StringComparison.Ordinal));

    private static string TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, false)?.Name ?? "";
        }
        catch (IOException)
        {
            return ""; // the descriptor of this very enumeration
        }
    }

    private static int CountChildren() => Directory.EnumerateDirectories("/proc/self/task")
        .SelectMany(static task => ReadChildren(Path.Combine(task, "children")))
        .Count();

    private static string[] ReadChildren(string path)
    {
        try
        {
            return File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return []; // a thread that has ended meanwhile
        }
    }

    internal static int CountCgroups() => Directory
        .EnumerateDirectories("/sys/fs/cgroup", "coracle*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true })
        .Sum(static group => Directory.EnumerateDirectories(group).Count());
}
