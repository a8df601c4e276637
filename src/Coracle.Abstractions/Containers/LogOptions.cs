namespace Coracle;

/// <summary>Which part of a container's log to read.</summary>
public sealed class LogOptions
{
    /// <summary>Whether to wait for more until the container ends. Otherwise the reading ends at what is there.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Follow { get; set; } = true;

    /// <summary>Whether to read standard output.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardOutput { get; set; } = true;

    /// <summary>Whether to read standard error.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardError { get; set; } = true;
}
