namespace Coracle.State;

/// <summary>What is known of a container from its creation to its removal: the file <c>container.json</c>.</summary>
internal sealed record ContainerRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The runtime that owns it (<see cref="State.Owner"/>).</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required ContainerSpec Spec { get; init; }

    /// <summary>The spec's mounts and those for the image's volumes; every volume has a name.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Which of the volumes have a name that the runtime gave: they belong to this container.</summary>
    public IReadOnlyList<string> AnonymousVolumes { get; init; } = [];

    public required Digest ImageId { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required Signal StopSignal { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The spec's health check, merged with the image's; null for none.</summary>
    public HealthCheck? HealthCheck { get; init; }
}
