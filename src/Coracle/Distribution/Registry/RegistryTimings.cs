namespace Coracle.Distribution.Registry;

/// <summary>How patient the registry client is.</summary>
internal sealed record RegistryTimings
{
    /// <summary>How long to wait for a connection, TLS included.</summary>
    internal TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long to wait for the next byte. Registries that fetch from far away may be silent for half a minute.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often something is tried that fails in passing.</summary>
    internal int Tries { get; init; } = 5;

    /// <summary>How often it is tried to reach somebody who does not answer at all.</summary>
    internal int TriesWithoutAnswer { get; init; } = 3;

    /// <summary>How often a mirror is tried: the registry itself comes after it.</summary>
    internal int MirrorTries { get; init; } = 2;

    /// <summary>The pause after the first failure; it doubles with each.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause, also if a registry asks for one: a longer one is for the caller to decide.</summary>
    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);
}
