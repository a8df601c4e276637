using Coracle.Kernel.Handles;
using Coracle.Streams.Attach;
using Coracle.Streams.Terminals;

namespace Coracle.Engine.Lifecycle;

/// <summary>The streams of a further program.</summary>
internal sealed class ExecStreams : IAsyncDisposable
{
    internal required Stream? Input { get; init; }

    internal required Stream Output { get; init; }

    internal required Stream Error { get; init; }

    internal TerminalMaster? Terminal { get; private init; }

    internal static ExecStreams OfPipes(FileDescriptor output, FileDescriptor error, FileDescriptor? input) => new()
    {
        Output = new ProcessOutputStream(output),
        Error = new ProcessOutputStream(error),
        Input = input is null ? null : new InputStream(input),
    };

    internal static ExecStreams OfTerminal(FileDescriptor master)
    {
        TerminalMaster terminal = new(master);
        return new ExecStreams
        {
            Output = new ProcessOutputStream(terminal.Output),
            Error = Stream.Null,
            Input = terminal.Input,
            Terminal = terminal,
        };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Input is not null)
            await Input.DisposeAsync().ConfigureAwait(false);
        await Output.DisposeAsync().ConfigureAwait(false);
        await Error.DisposeAsync().ConfigureAwait(false);
        Terminal?.Dispose();
    }
}
