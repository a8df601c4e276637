namespace Coracle.State;

/// <summary>What is known of a volume: the file <c>volume.json</c> beside its content.</summary>
internal sealed record VolumeRecord
{
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}
