using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Namespaces;

/// <summary>The names of kernel parameters that a container may have of its own. All others are the host's.</summary>
internal static class SysctlName
{
    private static readonly HashSet<string> InterProcess =
    [
        "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", "kernel/sem", "kernel/shmall", "kernel/shmmax", "kernel/shmmni",
        "kernel/shm_rmid_forced",
    ];

    /// <summary>The file of a parameter.</summary>
    /// <param name="name">The name, with dots or slashes.</param>
    /// <param name="isOwn">Whether the container has a namespace of its own of a kind.</param>
    /// <exception cref="ContainerRuntimeException">It is a parameter of the host.</exception>
    internal static string PathOf(string name, Func<string, bool> isOwn)
    {
        string path = Normalize(name);
        string? kind = path.Split('/') switch
        {
            ["net", ..] => LinuxNamespaceType.Network,
            ["fs", "mqueue", ..] => LinuxNamespaceType.Ipc,
            ["kernel", "domainname" or "hostname"] => LinuxNamespaceType.Uts,
            _ => InterProcess.Contains(path) ? LinuxNamespaceType.Ipc : null,
        };
        if (kind is null || !isOwn(kind) || path.Split('/').Contains(".."))
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"sysctl \"{name}\" is not in a separate kernel namespace");
        }

        return $"/proc/sys/{path}";
    }

    // sysctl(8): whichever separator comes first is the separator, and the other one is part of a name (eth0.100).
    private static string Normalize(string name)
    {
        int first = name.AsSpan().IndexOfAny('.', '/');
        if (first < 0 || name[first] == '/')
            return name;
        return string.Create(name.Length, name, static (path, name) =>
        {
            for (int i = 0; i < path.Length; i++)
                path[i] = name[i] switch { '.' => '/', '/' => '.', var other => other };
        });
    }
}
