namespace Coracle;

/// <summary>A container runs, and was not ready in time.</summary>
public sealed class ContainerNotReadyException : ContainerRuntimeException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="condition">See <see cref="Condition"/>.</param>
    /// <param name="lastLines">See <see cref="LastLines"/>.</param>
    /// <param name="message">What was waited for, how long, and the container's last lines.</param>
    public ContainerNotReadyException(ReadyCondition condition, IReadOnlyList<OutputLine> lastLines, string message)
        : base(RuntimeErrorKind.Unavailable, message)
    {
        Condition = condition;
        LastLines = lastLines;
    }

    /// <summary>What was waited for.</summary>
    public ReadyCondition Condition { get; }

    /// <summary>The last lines of its log, at most 20.</summary>
    public IReadOnlyList<OutputLine> LastLines { get; }
}
