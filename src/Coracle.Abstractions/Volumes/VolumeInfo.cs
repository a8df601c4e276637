namespace Coracle;

/// <summary>The facts about a volume.</summary>
/// <param name="Name">The name.</param>
/// <param name="Path">The directory on the host that holds its content.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeInfo(
    string Name, string Path, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Labels);
