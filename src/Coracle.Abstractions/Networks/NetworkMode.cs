namespace Coracle;

/// <summary>Which network a container sees.</summary>
public readonly record struct NetworkMode
{
    private readonly string? _name;

    private NetworkMode(string name) => _name = name;

    /// <summary>A network namespace of its own with nothing but the loopback interface.</summary>
    public static NetworkMode None => default;

    /// <summary>The host's network. Ports, abstract sockets and services of the host are within the container's reach.</summary>
    public static NetworkMode Host { get; } = new("host");

    /// <summary>The name of the network.</summary>
    public override string ToString() => _name ?? "none";
}
