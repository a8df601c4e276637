using System.Globalization;
using Coracle.Isolation.Cgroups;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Processes;

/// <summary>The processes of a running container.</summary>
/// <param name="id">The container's id.</param>
/// <param name="cgroup">Its groups; null where it has none.</param>
/// <param name="initPid">The id of its first process.</param>
internal sealed class ContainerProcesses(string id, Cgroup? cgroup, int initPid)
{
    /// <summary>Looks into every process. An id that has become another process's meanwhile is passed over.</summary>
    internal IEnumerable<T> Select<T>(Func<int, ProcessDirectory, T?> look)
        where T : class
    {
        foreach (int pid in Ids())
        {
            using ProcessDirectory? files = ProcessDirectory.TryOpen(pid);
            if (files is not null && IsOurs(files) && look(pid, files) is { } seen)
                yield return seen;
        }
    }

    /// <summary>Opens the files of the first process; null if it is gone.</summary>
    internal ProcessDirectory? OpenInit()
    {
        ProcessDirectory? files = ProcessDirectory.TryOpen(initPid);
        if (files is null || IsOurs(files))
            return files;
        files.Dispose();
        return null;
    }

    /// <summary>Lists them by the time of their start.</summary>
    internal IReadOnlyList<ContainerProcessInfo> List(DateTimeOffset now)
    {
        DateTimeOffset bootedAt = now - HostCounters.Read().Uptime;
        using ProcessDirectory? init = OpenInit();
        int level = ProcessFacts.LevelOf(init?.ReadText("status") ?? "");
        return
        [
            .. Select((pid, files) => ProcessFacts.Read(pid, files, level, bootedAt))
                .OrderBy(static process => process.StartedAt)
                .ThenBy(static process => process.InnerPid),
        ];
    }

    /// <summary>Whether one of them has one of these sockets open.</summary>
    internal bool HoldsSocket(IReadOnlySet<long> inodes, int maxDescriptors) =>
        Select((_, files) => files.OpenSockets(maxDescriptors).Any(inodes.Contains) ? this : null).Any();

    // The path of the group has the container's id in it, which no other has.
    private bool IsOurs(ProcessDirectory files) =>
        cgroup is null || (files.ReadText("cgroup") ?? "").Contains(id, StringComparison.Ordinal);

    private IEnumerable<int> Ids()
    {
        if (cgroup is not null)
            return cgroup.ProcessIds();
        // Without groups, the namespace of process ids says who belongs together.
        string? own = NamespaceOf(initPid);
        return own is null ? [] : Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid > 0 && NamespaceOf(pid) == own);
    }

    private static string? NamespaceOf(int pid)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/pid")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
