namespace Coracle.Filesystem.Layers.Tar;

/// <summary>
/// Reads a tar that is pushed into it piece by piece, and gives its entries to a sink: v7, ustar, GNU and PAX, with all their
/// ways of long names and sparse files. The content of files passes through without being copied or kept.
/// </summary>
internal sealed partial class TarParser(ITarEntrySink sink)
{
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly TarEntry _entry = new();
    private State _state = State.Header;
    private int _blockLength;
    private long _entries;

    // What is left of the current entry's data, and of the zeros that fill its last block.
    private long _remaining;
    private int _padding;

    private enum State
    {
        Header,
        ExtendedData,
        SparseExtension,
        SparseMap,
        Content,
        Padding,
        SecondZeroBlock,
        End,
    }

    /// <summary>Takes the next bytes of the archive.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed, or asks for too much.</exception>
    internal void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _state != State.End)
        {
            switch (_state)
            {
                case State.ExtendedData:
                    TakeExtendedData(ref bytes);
                    break;
                case State.Content:
                    TakeContent(ref bytes);
                    break;
                case State.Padding:
                    int skipped = Math.Min(_padding, bytes.Length);
                    bytes = bytes[skipped..];
                    _padding -= skipped;
                    if (_padding == 0)
                        _state = State.Header;
                    break;
                default:
                    if (TryTakeBlock(ref bytes, out ReadOnlySpan<byte> block))
                        TakeBlock(block);
                    break;
            }
        }
    }

    /// <summary>Says that the archive has no more bytes.</summary>
    /// <exception cref="ContainerRuntimeException">It ends in the middle.</exception>
    internal void Complete()
    {
        // Without the two blocks of zeros at the end is common enough, and without the zeros that fill the last block some
        // versions of buildah leave it: every peer but GNU tar takes both. Nothing is lost: the content is whole.
        bool atBoundary = _state is State.Header or State.Padding or State.SecondZeroBlock && _blockLength == 0 && !HasPending;
        if (_state != State.End && !atBoundary)
            throw TarError.Malformed("it ends in the middle of an entry (the layer is truncated)");
    }

    private bool TryTakeBlock(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> block)
    {
        if (_blockLength == 0 && bytes.Length >= TarHeader.BlockSize)
        {
            block = bytes[..TarHeader.BlockSize];
            bytes = bytes[TarHeader.BlockSize..];
            return true;
        }
        int taken = Math.Min(TarHeader.BlockSize - _blockLength, bytes.Length);
        bytes[..taken].CopyTo(_block.AsSpan(_blockLength));
        bytes = bytes[taken..];
        _blockLength += taken;
        block = _block;
        if (_blockLength < TarHeader.BlockSize)
            return false;
        _blockLength = 0;
        return true;
    }

    private void TakeBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.SparseExtension:
                SparseMap.AddOld(block[..(SparsePlacesInExtension * SparseMap.OldRegionSize)], _entry.Regions);
                if (block[SparsePlacesInExtension * SparseMap.OldRegionSize] == 0)
                    BeginContent();
                break;
            case State.SparseMap:
                TakeSparseMap(block);
                break;
            case State.SecondZeroBlock:
                if (!TarHeader.IsZero(block))
                    throw TarError.Malformed("a single block of zeros between entries");
                _state = State.End;
                break;
            default:
                if (TarHeader.IsZero(block))
                    EndArchive();
                else
                    TakeHeader(TarHeader.Parse(block));
                break;
        }
    }

    private void EndArchive()
    {
        if (HasPending)
            throw TarError.Malformed("an extended header without an entry");
        _state = State.SecondZeroBlock;
    }

    private void TakeContent(ref ReadOnlySpan<byte> bytes)
    {
        int length = (int)Math.Min(_remaining, bytes.Length);
        ReadOnlySpan<byte> data = bytes[..length];
        bytes = bytes[length..];
        if (_entry.IsSparse)
            GiveSparse(data);
        else
            sink.Data(_entry.DataSize - _remaining, data);
        _remaining -= length;
        if (_remaining == 0)
            EndEntry();
    }

    // From here the entry is complete: _remaining bytes of content follow.
    private void BeginContent()
    {
        if (_entry.IsSparse)
            SparseMap.Verify(_entry);
        _region = 0;
        _regionDone = 0;
        sink.Begin(_entry);
        if (_remaining == 0)
            EndEntry();
        else
            _state = State.Content;
    }

    private void EndEntry()
    {
        sink.End();
        _state = _padding > 0 ? State.Padding : State.Header;
    }

    private static int PaddingOf(long size) => (int)(-size & (TarHeader.BlockSize - 1));
}
