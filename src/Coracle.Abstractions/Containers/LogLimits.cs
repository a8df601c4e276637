namespace Coracle;

/// <summary>How much of a container's output is kept on disk: what is older goes when there is more.</summary>
/// <remarks>The log is in files of bounded size. When the newest is full, a new one begins and the oldest is removed, unless
/// a reader has not come past it yet: nothing is taken away from somebody who reads, however slow.</remarks>
public sealed record LogLimits
{
    private const long SmallestFile = 64 * 1024;

    private readonly long _maxFileSize = 20 * 1024 * 1024;
    private readonly int _maxFiles = 5;

    /// <summary>Five files of 20 MiB, as Docker's <c>local</c> driver.</summary>
    public static LogLimits Default { get; } = new();

    /// <summary>Everything is kept.</summary>
    public static LogLimits Unlimited { get; } = new() { MaxFiles = int.MaxValue };

    /// <summary>The most bytes of one file, at least 64 KiB. Each write of the program takes 24 bytes more than it has.</summary>
    /// <value>Default: 20 MiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 64 KiB.</exception>
    public long MaxFileSize
    {
        get => _maxFileSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, SmallestFile);
            _maxFileSize = value;
        }
    }

    /// <summary>The most files, at least one.</summary>
    /// <value>Default: 5.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than one.</exception>
    public int MaxFiles
    {
        get => _maxFiles;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxFiles = value;
        }
    }
}
