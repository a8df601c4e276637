namespace Coracle;

/// <summary>A process of a container, as it was at one moment. What it says of itself is not to be trusted.</summary>
public sealed record ContainerProcessInfo
{
    /// <summary>The process id as this host sees it.</summary>
    public required int Pid { get; init; }

    /// <summary>The process id as the container sees it: 1 for its first process.</summary>
    public required int InnerPid { get; init; }

    /// <summary>The id of the parent process, as this host sees it.</summary>
    public required int ParentPid { get; init; }

    /// <summary>The effective user id, as this host sees it.</summary>
    public required int Uid { get; init; }

    /// <summary>The name of the program, at most 15 bytes (comm of proc(5)).</summary>
    public required string Name { get; init; }

    /// <summary>The program and its arguments, cut off at 32 KiB. A process can change them; a zombie has none.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What it does.</summary>
    public required ProcessState State { get; init; }

    /// <summary>How many threads it has.</summary>
    public required int Threads { get; init; }

    /// <summary>The processor time that it used, without its children.</summary>
    public required TimeSpan CpuTime { get; init; }

    /// <summary>Its memory that is in RAM, in bytes; shared pages count for each process.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}
