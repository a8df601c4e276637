namespace Coracle.Isolation.Launch;

/// <summary>The names of resource limits (getrlimit(2)) and their numbers, the same on x64 and arm64.</summary>
internal static class ResourceLimitName
{
    private const string Prefix = "RLIMIT_";

    // By number.
    private static readonly string[] Names =
    [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING",
        "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ];

    /// <summary>The number of a name such as <c>RLIMIT_NOFILE</c>.</summary>
    /// <exception cref="ContainerRuntimeException">There is no such limit.</exception>
    internal static int NumberOf(string name)
    {
        int number = name.StartsWith(Prefix, StringComparison.Ordinal) ? Array.IndexOf(Names, name[Prefix.Length..]) : -1;
        return number >= 0
            ? number
            : throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"'{name}' is not a resource limit (see getrlimit(2) for the names)");
    }
}
