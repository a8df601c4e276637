using Coracle.Kernel.Handles;
using Coracle.Kernel.Terminals;
using Coracle.Streams.Attach;

namespace Coracle.Streams.Terminals;

/// <summary>The master side of a program's terminal.</summary>
internal sealed class TerminalMaster : IDisposable
{
    private readonly FileDescriptor _control;

    /// <param name="master">The descriptor; used up.</param>
    internal TerminalMaster(FileDescriptor master)
    {
        // Three numbers of one open file: readiness is waited for by number, one wait at a time on each.
        _control = Pipe.NonBlocking(master);
        Output = _control.Duplicate();
        Input = new InputStream(_control.Duplicate());
    }

    /// <summary>What the program writes. The caller owns it.</summary>
    internal FileDescriptor Output { get; }

    /// <summary>What the program reads. The caller owns it.</summary>
    internal InputStream Input { get; }

    /// <summary>Changes the size.</summary>
    internal void Resize(TerminalSize size)
    {
        ObjectDisposedException.ThrowIf(_control.IsClosed, this);
        Terminal.Resize(_control, size);
    }

    /// <inheritdoc />
    public void Dispose() => _control.Dispose();
}
