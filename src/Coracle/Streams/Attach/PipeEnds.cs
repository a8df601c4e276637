using Coracle.Kernel.Handles;

namespace Coracle.Streams.Attach;

/// <summary>The two ends of a pipe: one stays here and never blocks, the other goes to the container.</summary>
internal sealed class PipeEnds : IDisposable
{
    private FileDescriptor? _ours;

    private PipeEnds(FileDescriptor ours, FileDescriptor theirs) => (_ours, Theirs) = (Pipe.NonBlocking(ours), theirs);

    /// <summary>The end for the container, blocking as programs expect.</summary>
    internal FileDescriptor Theirs { get; }

    /// <summary>A pipe to read from.</summary>
    internal static PipeEnds ForOutput()
    {
        (FileDescriptor read, FileDescriptor write) = Pipe.Create();
        return new PipeEnds(read, write);
    }

    /// <summary>A pipe to write into.</summary>
    internal static PipeEnds ForInput()
    {
        (FileDescriptor read, FileDescriptor write) = Pipe.Create();
        return new PipeEnds(write, read);
    }

    /// <summary>Gives away the end that stays here: disposing the pair no longer closes it.</summary>
    internal FileDescriptor TakeOurs()
    {
        FileDescriptor ours = _ours ?? throw new InvalidOperationException("the end of the pipe was taken already");
        _ours = null;
        return ours;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ours?.Dispose();
        Theirs.Dispose();
    }
}
