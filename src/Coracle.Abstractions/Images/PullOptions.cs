namespace Coracle;

/// <summary>How to pull an image.</summary>
public sealed class PullOptions
{
    /// <summary>The platform to take from an image that has several.</summary>
    /// <value>Default: null, for this host's.</value>
    public Platform? Platform { get; set; }

    /// <summary>The credentials for this pull.</summary>
    /// <value>Default: null, for those of the runtime's options, then those of <c>~/.docker/config.json</c>.</value>
    public RegistryCredentials? Credentials { get; set; }

    /// <summary>Is told how each layer comes along.</summary>
    /// <value>Default: null.</value>
    public IProgress<PullProgress>? Progress { get; set; }
}
