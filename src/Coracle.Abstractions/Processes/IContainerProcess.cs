namespace Coracle;

/// <summary>A program that was started in a running container.</summary>
/// <remarks>
/// <para>Its outputs come through pipes straight from the program: what nobody reads stays there, and a program that has filled
/// a pipe (64 KiB) waits. Nothing is lost and nothing piles up; what was written can be read after the end too.</para>
/// <para>Disposal, while the program runs, kills it and everything that it started, wherever that went, and waits for their
/// ends. What a program leaves in the background when it ends by itself stays, as with Docker, until the container ends.
/// It is idempotent, and never throws because the program has ended.</para>
/// </remarks>
public interface IContainerProcess : IAsyncDisposable
{
    /// <summary>The process id as this host sees it. Once the program has ended it may be another's.</summary>
    int Pid { get; }

    /// <summary>Cancelled when the program has ended.</summary>
    CancellationToken Exited { get; }

    /// <summary>Writes to the program's standard input. Closing the stream ends the program's input; on a terminal it does not,
    /// there the program sees an end when it reads the character 4 (Ctrl-D) at the start of a line.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ExecSpec.OpenStandardInput"/> was not set.</exception>
    Stream StandardInput { get; }

    /// <summary>Reads the program's standard output; on a terminal, both outputs. One reader at a time.</summary>
    Stream StandardOutput { get; }

    /// <summary>Reads the program's standard error; on a terminal, it is empty. One reader at a time.</summary>
    Stream StandardError { get; }

    /// <summary>Waits until the program has ended. What it wrote can still be read.</summary>
    /// <param name="cancellationToken">Stops waiting; does not end the program.</param>
    /// <returns>How it ended.</returns>
    Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to the program. Does nothing if it has ended.</summary>
    /// <param name="signal">Which.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task KillAsync(Signal signal, CancellationToken cancellationToken = default);

    /// <summary>Changes the size of the program's terminal; programs in the foreground get SIGWINCH.</summary>
    /// <param name="size">The new size.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">It has no terminal.</exception>
    Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default);
}
