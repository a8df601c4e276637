namespace Coracle;

/// <summary>Which part of a container's log to read.</summary>
public sealed class LogOptions
{
    private int? _tail;

    /// <summary>Whether to wait for more until the container ends. Otherwise the reading ends at what is there.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Follow { get; set; } = true;

    /// <summary>Whether to read standard output.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardOutput { get; set; } = true;

    /// <summary>Whether to read standard error.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardError { get; set; } = true;

    /// <summary>Leaves out lines that began before. <see cref="LogTime.Parse"/> reads the forms that Docker takes.</summary>
    /// <value>Default: null, for none.</value>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Leaves out lines that began later. A reading that follows ends at this moment.</summary>
    /// <value>Default: null, for none.</value>
    public DateTimeOffset? Until { get; set; }

    /// <summary>How many lines to read at most of what is there, the last ones; of those that <see cref="Since"/> and
    /// <see cref="Until"/> leave. Lines that come later, while following, are read in addition.</summary>
    /// <value>Default: null, for all.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int? Tail
    {
        get => _tail;
        set
        {
            if (value is { } lines)
                ArgumentOutOfRangeException.ThrowIfNegative(lines, nameof(value));
            _tail = value;
        }
    }
}
