namespace Coracle;

/// <summary>How an image wants to be run (OCI image specification, "Image Configuration", member <c>config</c>).</summary>
public sealed record ImageConfig
{
    /// <summary>User and group: <c>user</c> or <c>user:group</c>, names or numbers. Empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>Environment variables as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The program and its first arguments.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>The arguments that follow the entry point unless others are given.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The directory to start in. Empty for the root.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Ports that the program listens on, as <c>port/protocol</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>Paths whose content is worth a volume.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The signal that asks the program to end, as the image writes it. Null for SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How to find out whether a container of it works. Null if it does not say.</summary>
    public HealthCheck? HealthCheck { get; init; }
}
