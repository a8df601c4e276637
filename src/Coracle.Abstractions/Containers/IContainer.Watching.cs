namespace Coracle;

// Watching.
public partial interface IContainer
{
    /// <summary>Reads once what the container uses.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task<ContainerStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads what the container uses now and after every interval. Ends with the run.</summary>
    /// <param name="interval">The time between two readings, more than nothing; Docker's is a second.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    IAsyncEnumerable<ContainerStatistics> WatchStatisticsAsync(TimeSpan interval, CancellationToken cancellationToken = default);

    /// <summary>Lists the processes of the container, by the time of their start.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task<IReadOnlyList<ContainerProcessInfo>> ListProcessesAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the running container is ready. Nothing is waited for a fixed time, and the end of the container
    /// ends the wait at once.</summary>
    /// <param name="condition">When it is.</param>
    /// <param name="timeout">How long to wait; null for <see cref="ContainerSpec.ReadyTimeout"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the container goes on.</param>
    /// <exception cref="ContainerExitedException">It ended before it was ready.</exception>
    /// <exception cref="ContainerNotReadyException">It was not ready in time.</exception>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>), or has no health
    /// check to wait for (<see cref="RuntimeErrorKind.InvalidInput"/>).</exception>
    Task WaitUntilReadyAsync(ReadyCondition condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default);
}
