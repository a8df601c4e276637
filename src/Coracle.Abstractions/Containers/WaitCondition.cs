namespace Coracle;

/// <summary>What <see cref="IContainer.WaitAsync(WaitCondition, CancellationToken)"/> waits for.</summary>
public enum WaitCondition
{
    /// <summary>The container does not run. A container that its restart policy is about to start counts as running: the wait
    /// then lasts until its next run ends, or it is stopped.</summary>
    NotRunning,

    /// <summary>The next end of a run, also of a container that does not run yet.</summary>
    NextExit,

    /// <summary>The container is removed.</summary>
    Removed,
}
