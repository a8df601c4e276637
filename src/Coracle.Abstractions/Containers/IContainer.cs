namespace Coracle;

/// <summary>
/// A handle on one container: its life, its streams and its facts.
/// </summary>
/// <remarks>
/// <para>Life: <c>created</c> → <see cref="StartAsync"/> → <c>running</c> → <c>exited</c>, from where it can be started
/// again. Between them it may be <c>paused</c> or <c>restarting</c>. Removal is possible in every state.</para>
/// <para>Everything the container writes is kept in its log from the first byte, so a reader that comes late, or two
/// readers at once, miss nothing.</para>
/// <para>Disposal kills and removes the container if this handle created it and
/// <see cref="ContainerSpec.KeepAfterDispose"/> is not set. It is idempotent, and never throws because the container has
/// gone already.</para>
/// </remarks>
public partial interface IContainer : IAsyncDisposable
{
    /// <summary>The id, 64 hexadecimal digits.</summary>
    ContainerId Id { get; }

    /// <summary>The name, without a leading slash. It follows <see cref="RenameAsync"/>, whoever calls that.</summary>
    string Name { get; }

    /// <summary>Cancelled when the current run of the container ends; cancelled already if it does not run.</summary>
    CancellationToken Exited { get; }

    /// <summary>
    /// Writes to the program's standard input. Closing the stream ends the program's input.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="ContainerSpec.OpenStandardInput"/> was not set, or the
    /// container was not started by this runtime.</exception>
    Stream StandardInput { get; }

    /// <summary>Starts the program. Returns when it was executed (execve(2) succeeded).</summary>
    /// <param name="cancellationToken">Cancels the start; the container is then as before.</param>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">It runs already (<see cref="RuntimeErrorKind.Conflict"/>), or a step
    /// of the start failed.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the container does not run, and all its output is in the log.</summary>
    /// <param name="cancellationToken">Stops waiting; does not end the container.</param>
    /// <returns>How the program ended.</returns>
    /// <exception cref="ContainerRuntimeException">The container was never started
    /// (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits for a moment in the container's life.</summary>
    /// <param name="condition">Which.</param>
    /// <param name="cancellationToken">Stops waiting; does not end the container.</param>
    /// <returns>How the program ended. With <see cref="WaitCondition.Removed"/>, exit code 0 if it was never started.</returns>
    /// <exception cref="ContainerRuntimeException">It can't come any more: the container was removed
    /// (<see cref="RuntimeErrorKind.NotFound"/>), or, with <see cref="WaitCondition.NotRunning"/>, was never started
    /// (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task<ExitStatus> WaitAsync(WaitCondition condition, CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to the program. Returns when it was sent. SIGKILL and the stop signal also let a paused container
    /// go on, and end what <see cref="ContainerSpec.RestartPolicy"/> does.</summary>
    /// <param name="signal">Which.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task KillAsync(Signal signal, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks the program to end (<see cref="ContainerSpec.StopSignal"/>), and kills it if it has not within the time.
    /// Does nothing if it does not run.
    /// </summary>
    /// <param name="timeout">How long to wait; null for <see cref="ContainerSpec.StopTimeout"/>.
    /// <see cref="Timeout.InfiniteTimeSpan"/> never kills.</param>
    /// <param name="cancellationToken">Stops waiting; the signal was sent.</param>
    /// <returns>How the program ended.</returns>
    Task<ExitStatus> StopAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Stops the container if it runs, and starts it.</summary>
    /// <param name="timeout">As for <see cref="StopAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting, and cancels the start.</param>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">Another process runs it (<see cref="RuntimeErrorKind.Conflict"/>), or a step
    /// of the start failed.</exception>
    Task RestartAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Freezes every process of the container. Returns when all stand still.</summary>
    /// <param name="cancellationToken">Gives up; the processes go on.</param>
    /// <exception cref="ContainerRuntimeException">It is not running or is paused already
    /// (<see cref="RuntimeErrorKind.Conflict"/>), or this host has no control group that freezes
    /// (<see cref="RuntimeErrorKind.NotSupported"/>).</exception>
    Task PauseAsync(CancellationToken cancellationToken = default);

    /// <summary>Lets a paused container go on.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">It is not paused (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task UnpauseAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the container another name.</summary>
    /// <param name="name">The name; see <see cref="ContainerSpec.Name"/>.</param>
    /// <param name="cancellationToken">Stops waiting for another renaming.</param>
    /// <exception cref="ContainerRuntimeException">The name is in use (<see cref="RuntimeErrorKind.Conflict"/>), is the one it
    /// has, or is none (<see cref="RuntimeErrorKind.InvalidInput"/>).</exception>
    Task RenameAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Removes the container, its log and its writable layer.</summary>
    /// <param name="force">Whether to kill it first if it runs.</param>
    /// <param name="cancellationToken">Stops waiting; a removal that began goes on.</param>
    /// <exception cref="ContainerRuntimeException">It runs and <paramref name="force"/> is not set
    /// (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task RemoveAsync(bool force = false, CancellationToken cancellationToken = default);

    /// <summary>Removes the container, its log and its writable layer.</summary>
    /// <param name="force">Whether to kill it first if it runs.</param>
    /// <param name="removeVolumes">Whether to remove its anonymous volumes, too. <see cref="RemoveAsync(bool, CancellationToken)"/>
    /// leaves them.</param>
    /// <param name="cancellationToken">Stops waiting; a removal that began goes on.</param>
    /// <exception cref="ContainerRuntimeException">It runs and <paramref name="force"/> is not set
    /// (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task RemoveAsync(bool force, bool removeVolumes, CancellationToken cancellationToken = default);

    /// <summary>Starts a further program in the container: in its namespaces and control groups, with its environment,
    /// capabilities and filter of system calls. Returns when it was executed (execve(2) succeeded).</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Cancels the start; nothing is left of it then.</param>
    /// <returns>The program; disposing it kills it if it still runs.</returns>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">The container is not running or paused
    /// (<see cref="RuntimeErrorKind.Conflict"/>), or a step of the start failed.</exception>
    Task<IContainerProcess> ExecAsync(ExecSpec spec, CancellationToken cancellationToken = default);

    /// <summary>Connects to the streams of the running program. Any number of connections at once.</summary>
    /// <param name="options">What to connect; null for everything that is open, from now on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">The container is not running or paused, or was started by another process
    /// (<see cref="RuntimeErrorKind.Conflict"/>), or the detach keys are malformed
    /// (<see cref="RuntimeErrorKind.InvalidInput"/>).</exception>
    Task<IAttachment> AttachAsync(AttachOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Changes the size of the program's terminal; programs in the foreground get SIGWINCH.</summary>
    /// <param name="size">The new size.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException"><see cref="ContainerSpec.Terminal"/> was not set.</exception>
    /// <exception cref="ContainerRuntimeException">It does not run (<see cref="RuntimeErrorKind.Conflict"/>).</exception>
    Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default);

    /// <summary>Reads the facts as they are now.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ContainerRuntimeException">It was removed (<see cref="RuntimeErrorKind.NotFound"/>).</exception>
    Task<ContainerInfo> InspectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens one output of the program as a stream of its bytes, from the first byte of the log to the end of the run.
    /// Reading past what was written waits for more while the container runs.
    /// </summary>
    /// <param name="output">Which.</param>
    Stream OpenOutput(OutputStream output);

    /// <summary>Reads both outputs line by line, in the order in which they were written.</summary>
    /// <param name="options">What and from where; by default everything, to the end of the run.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<OutputLine> ReadLinesAsync(
        LogOptions? options = null, CancellationToken cancellationToken = default);
}
