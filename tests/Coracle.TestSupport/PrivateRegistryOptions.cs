namespace Coracle.TestSupport;

/// <summary>What kind of registry to start.</summary>
public sealed record PrivateRegistryOptions
{
    /// <summary>Whether it asks for <see cref="PrivateRegistry.UserName"/> and <see cref="PrivateRegistry.Password"/>.</summary>
    public bool BasicAuthentication { get; init; }

    /// <summary>Whether it speaks HTTPS, with a certificate of <see cref="PrivateRegistry.Authority"/>.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether it refuses to be written to.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Where its content is kept; null for a directory that is removed with it.</summary>
    public string? StorageDirectory { get; init; }

    /// <summary>The port; 0 for one that is free.</summary>
    public int Port { get; init; }
}
