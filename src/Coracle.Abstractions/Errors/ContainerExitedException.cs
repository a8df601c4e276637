namespace Coracle;

/// <summary>A container ended before it was ready.</summary>
public sealed class ContainerExitedException : ContainerRuntimeException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="status">See <see cref="ExitStatus"/>.</param>
    /// <param name="oomKilled">See <see cref="OomKilled"/>.</param>
    /// <param name="lastLines">See <see cref="LastLines"/>.</param>
    /// <param name="message">What was waited for, how the container ended, and its last lines.</param>
    public ContainerExitedException(ExitStatus status, bool oomKilled, IReadOnlyList<OutputLine> lastLines, string message)
        : base(RuntimeErrorKind.ContainerFailed, message)
    {
        ExitStatus = status;
        OomKilled = oomKilled;
        LastLines = lastLines;
    }

    /// <summary>How it ended.</summary>
    public ExitStatus ExitStatus { get; }

    /// <summary>Whether the kernel killed a process of it for want of memory.</summary>
    public bool OomKilled { get; }

    /// <summary>The last lines of its log, at most 20.</summary>
    public IReadOnlyList<OutputLine> LastLines { get; }
}
