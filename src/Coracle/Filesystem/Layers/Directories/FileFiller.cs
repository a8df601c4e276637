using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>
/// Writes the content and the attributes of files that were created, on threads beside the one that creates them. Names are made
/// in the order of the tar, since later entries link to and replace earlier ones; what is in a file can come in any order, and
/// takes longer than all the rest: memory for new pages is most of the cost of unpacking.
/// </summary>
/// <param name="write">Writes bytes at a position of a file.</param>
/// <param name="finish">Sets what comes after the content, and closes the file.</param>
internal sealed class FileFiller(FileFiller.Writer write, Action<FillingFile> finish) : IDisposable
{
    private const int MaxThreads = 2;
    private const int PieceSize = 128 * 1024;

    // 4 MiB on the way at most.
    private const int MaxPieces = 32;

    private readonly object _gate = new();
    private readonly Queue<Piece> _pieces = new(MaxPieces);
    private readonly Stack<FillingFile> _free = [];

    // Rented once a layer: the shared pool forgets arrays that one thread rents and another gives back.
    private readonly Stack<byte[]> _buffers = [];
    private readonly List<Thread> _threads = [];
    private int _active;
    private int _idle;
    private bool _stopping;
    private ExceptionDispatchInfo? _failure;
    private Piece _last;

    /// <summary>Writes bytes of a file.</summary>
    internal delegate void Writer(FillingFile file, long position, ReadOnlySpan<byte> data);

    /// <summary>An object for a file that is to be created.</summary>
    internal FillingFile Take()
    {
        lock (_gate)
            return _free.TryPop(out FillingFile? free) ? free : new FillingFile();
    }

    /// <summary>Takes the next bytes of a file.</summary>
    /// <exception cref="ContainerRuntimeException">This or an earlier file could not be written.</exception>
    internal void Write(FillingFile file, long position, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_last.Buffer is not null && (_last.End != position || _last.Length == _last.Buffer.Length))
            {
                file.AddReference();
                HandOver();
            }
            if (_last.Buffer is null)
                _last = new Piece(file, TakeBuffer(), position, 0);
            int length = Math.Min(data.Length, _last.Buffer!.Length - _last.Length);
            data[..length].CopyTo(_last.Buffer.AsSpan(_last.Length));
            _last = _last with { Length = _last.Length + length };
            data = data[length..];
            position += length;
        }
        file.End = position;
    }

    /// <summary>Says that a file has no more bytes. It belongs to this object from here on.</summary>
    /// <exception cref="ContainerRuntimeException">This or an earlier file could not be written.</exception>
    internal void End(FillingFile file)
    {
        if (_last.Buffer is not null)
            HandOver();
        else
            Complete(file); // nothing to write, or only holes behind what is on its way
        ThrowIfFailed();
    }

    /// <summary>Waits until all files are finished.</summary>
    /// <exception cref="ContainerRuntimeException">One could not be written.</exception>
    internal void Drain()
    {
        lock (_gate)
        {
            while (_pieces.Count > 0 || _active > 0)
                Monitor.Wait(_gate);
        }
        ThrowIfFailed();
    }

    /// <summary>Ends the threads when they have written what is on its way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread thread in _threads)
            thread.Join();
        if (_last.Buffer is not null)
            _buffers.Push(_last.Buffer);
        _last = default;
        while (_buffers.TryPop(out byte[]? buffer))
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private byte[] TakeBuffer()
    {
        lock (_gate)
            return _buffers.TryPop(out byte[]? buffer) ? buffer : ArrayPool<byte>.Shared.Rent(PieceSize);
    }

    private void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    private void HandOver()
    {
        lock (_gate)
        {
            while (_pieces.Count == MaxPieces)
                Monitor.Wait(_gate);
            _pieces.Enqueue(_last);
            if (_idle > 0)
                Monitor.PulseAll(_gate);
            else if (_threads.Count < MaxThreads)
                StartThread();
        }
        _last = default;
        ThrowIfFailed();
    }

    private void StartThread()
    {
        Thread thread = new(Run) { IsBackground = true, Name = "coracle-files" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run()
    {
        while (TryNext(out Piece piece))
        {
            Try(piece);
            Complete(piece.File);
            lock (_gate)
            {
                _buffers.Push(piece.Buffer!);
                _active--;
                if (_active == 0 && _pieces.Count == 0)
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private bool TryNext(out Piece piece)
    {
        lock (_gate)
        {
            _idle++;
            while (_pieces.Count == 0 && !_stopping)
                Monitor.Wait(_gate);
            _idle--;
            if (!_pieces.TryDequeue(out piece))
                return false;
            _active++;
            if (_pieces.Count == MaxPieces - 1)
                Monitor.PulseAll(_gate);
            return true;
        }
    }

    private void Try(in Piece piece)
    {
        if (Volatile.Read(ref _failure) is not null)
            return;
        try
        {
            write(piece.File, piece.Position, piece.Buffer.AsSpan(0, piece.Length));
        }
        catch (ContainerRuntimeException exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    // Whoever lets go of a file last finishes it.
    private void Complete(FillingFile file)
    {
        if (!file.Release())
            return;
        try
        {
            if (Volatile.Read(ref _failure) is null)
                finish(file);
        }
        catch (ContainerRuntimeException exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
        file.File.Dispose();
        lock (_gate)
            _free.Push(file);
    }

    private readonly record struct Piece(FillingFile File, byte[]? Buffer, long Position, int Length)
    {
        internal long End => Position + Length;
    }
}
