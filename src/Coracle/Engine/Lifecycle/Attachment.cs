using System.Diagnostics.CodeAnalysis;
using Coracle.Streams.Attach;

namespace Coracle.Engine.Lifecycle;

/// <summary>A connection to the streams of a run.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither timer nor wait handle, and streams may outlive the attachment")]
internal sealed class Attachment : IAttachment
{
    private readonly ManagedContainer _container;
    private readonly ContainerRun _run;
    private readonly CancellationTokenSource _detached = new();
    private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AttachedInput? _input;

    internal Attachment(ManagedContainer container, ContainerRun run, AttachOptions options)
    {
        (_container, _run) = (container, run);
        ContainerSpec spec = container.Record.Spec;
        byte[] keys = DetachKeys.Parse(options.DetachKeys);
        if (options.StandardInput && run.Input is { } input)
            _input = new AttachedInput(input, spec.Terminal is null ? [] : keys, spec.StandardInputOnce, () => _leave.TrySetResult());
        DateTimeOffset? from = options.Replay ? null : container.Now;
        Output = options.StandardOutput ? new AttachedOutput(container.Log, OutputStream.StandardOutput, from, _detached.Token) : Stream.Null;
        Error = options.StandardError && spec.Terminal is null
            ? new AttachedOutput(container.Log, OutputStream.StandardError, from, _detached.Token)
            : Stream.Null;
        Completion = CompleteAsync();
    }

    /// <inheritdoc />
    public Stream Input => _input ?? throw new InvalidOperationException(
        "the standard input is not attached (set AttachOptions.StandardInput, and ContainerSpec.OpenStandardInput when it is created)");

    /// <inheritdoc />
    public Stream Output { get; }

    /// <inheritdoc />
    public Stream Error { get; }

    /// <inheritdoc />
    public Task<AttachmentEnd> Completion { get; }

    /// <inheritdoc />
    public Task ResizeTerminalAsync(TerminalSize size, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _container.ResizeTerminal(size);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _leave.TrySetResult();
        await Completion.ConfigureAwait(false);
        await _detached.CancelAsync().ConfigureAwait(false);
        if (_input is not null)
            await _input.DisposeAsync().ConfigureAwait(false);
        await Output.DisposeAsync().ConfigureAwait(false);
        await Error.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Has something done when it was detached from a program that runs on.</summary>
    internal void Watch(Action detached) => Completion.ContinueWith(
        (end, _) =>
        {
            if (end is { IsCompletedSuccessfully: true, Result: AttachmentEnd.Detached })
                detached();
        },
        null,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private async Task<AttachmentEnd> CompleteAsync()
    {
        await Task.WhenAny(_run.Outcome, _leave.Task).ConfigureAwait(false);
        if (_run.IsOver)
            return AttachmentEnd.Exited;
        // Readers are woken, and see the end.
        await _detached.CancelAsync().ConfigureAwait(false);
        return AttachmentEnd.Detached;
    }
}
