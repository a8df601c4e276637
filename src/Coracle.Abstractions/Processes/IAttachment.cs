namespace Coracle;

/// <summary>A connection to the streams of a container's program.</summary>
/// <remarks>There may be several at once. Each has every byte that the program writes, at its own pace: a slow reader holds up
/// neither the program nor the others. Disposal detaches, and leaves the container alone.</remarks>
public interface IAttachment : IAsyncDisposable
{
    /// <summary>Writes to the program's standard input. Closing the stream ends that input only with
    /// <see cref="ContainerSpec.StandardInputOnce"/>.</summary>
    /// <exception cref="InvalidOperationException">It is not attached, or the container does not have it open.</exception>
    Stream Input { get; }

    /// <summary>Reads the program's standard output; with a terminal, both outputs. It ends with the program, or when this
    /// is detached. Empty if it is not attached. One reader at a time.</summary>
    Stream Output { get; }

    /// <summary>Reads the program's standard error, as <see cref="Output"/>. Empty with a terminal.</summary>
    Stream Error { get; }

    /// <summary>Completes when the program has ended or this was detached, by keys or by disposal.</summary>
    Task<AttachmentEnd> Completion { get; }

    /// <summary>Changes the size of the container's terminal, for all that are attached.</summary>
    /// <param name="size">The new size.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">It has no terminal.</exception>
    Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default);
}
