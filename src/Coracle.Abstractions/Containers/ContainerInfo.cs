namespace Coracle;

/// <summary>The facts about a container at one moment.</summary>
public sealed record ContainerInfo
{
    /// <summary>The id.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>The name, without a leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>What it was created from.</summary>
    public required ContainerSpec Spec { get; init; }

    /// <summary>The image: the digest of its configuration, which does not move as a tag does.</summary>
    public required Digest ImageId { get; init; }

    /// <summary>What is mounted into it: the spec's mounts, and a volume for each that the image declares and the spec does not
    /// replace. Volumes without a name have got one.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The program and its arguments, after the image's entry point and command were merged in.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The image's labels, and over them those of the spec.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required ContainerState State { get; init; }

    /// <summary>The program's process id as this host sees it; null if it does not run.</summary>
    public int? Pid { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last started; null if never.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its last run ended; null if it runs or never did.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How its last run ended; null if it runs or never did.</summary>
    public ExitStatus? ExitStatus { get; init; }

    /// <summary>How often <see cref="ContainerSpec.RestartPolicy"/> has started it again since its user did.</summary>
    public int RestartCount { get; init; }

    /// <summary>Whether the kernel killed a process of its last run because the memory limit was reached.</summary>
    public bool OomKilled { get; init; }

    /// <summary>Why it could not be started; null if it could.</summary>
    public string? Error { get; init; }

    /// <summary>What health checks have found in its last run; null if there are none, or it never ran.</summary>
    public ContainerHealth? Health { get; init; }
}
