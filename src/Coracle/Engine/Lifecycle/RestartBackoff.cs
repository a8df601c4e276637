namespace Coracle.Engine.Lifecycle;

/// <summary>Docker's rule of when a container is started again.</summary>
internal sealed class RestartBackoff(RestartPolicy policy)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    private TimeSpan _last;
    private int _count;

    /// <summary>A run has ended.</summary>
    /// <param name="status">How.</param>
    /// <param name="lasted">How long it was.</param>
    /// <returns>How long to wait before the next one; null for none.</returns>
    internal TimeSpan? Next(ExitStatus status, TimeSpan lasted)
    {
        if (policy == RestartPolicy.No)
            return null;
        if (policy != RestartPolicy.Always && policy != RestartPolicy.UnlessStopped
            && (status.ExitCode == 0 || (policy.MaxRetries > 0 && _count >= policy.MaxRetries)))
        {
            return null;
        }
        _count++;
        _last = lasted >= Healthy || _last == TimeSpan.Zero ? Shortest
            : _last * 2 < Longest ? _last * 2
            : Longest;
        return _last;
    }

    /// <summary>Its user has started it.</summary>
    internal void Reset() => (_last, _count) = (TimeSpan.Zero, 0);
}
