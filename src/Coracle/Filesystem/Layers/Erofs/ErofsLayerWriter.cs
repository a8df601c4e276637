using System.Buffers;
using Coracle.Kernel.Interop;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>
/// Writes a layer as one uncompressed EROFS image. Data and the inodes of files go to the image as they arrive; names and
/// directories are kept in memory and follow at the end, the superblock last.
/// </summary>
internal sealed partial class ErofsLayerWriter : ILayerTreeWriter
{
    // A bound on what a hostile layer can make us remember.
    private const int MaxKeptXattrs = 16 * 1024 * 1024;

    private readonly string _path;
    private readonly ILowerLayers? _lowers;
    private readonly ErofsImage _image;
    private readonly InodePacker _packer;
    private readonly LayerTree _tree = new();
    private readonly ArrayBufferWriter<byte> _xattrs = new();
    private ImageIdentity _identity;
    private ImageTime? _time;
    private int _kept;
    private bool _hasChunks;
    private bool _completed;
    private bool _disposed;

    /// <summary>Makes a writer.</summary>
    /// <param name="path">The image file; it must not exist.</param>
    /// <param name="lowers">The layers below; null if there are none.</param>
    internal ErofsLayerWriter(string path, ILowerLayers? lowers)
    {
        _path = path;
        _lowers = lowers;
        _image = new ErofsImage(path);
        _packer = new InodePacker(_image, _tree.Files);
        // The first block waits for the superblock and the root.
        _image.Append(stackalloc byte[ErofsFormat.BlockSize]);
    }

    /// <inheritdoc />
    public void AddDirectory(ReadOnlySpan<byte> path, in EntryMetadata metadata)
    {
        byte[]? xattrs = Keep(metadata.Xattrs);
        int directory = MakeDirectory(path);
        ref DirectoryNode node = ref _tree.Directories[directory];
        SetAttributes(ref node, metadata, xattrs);
        node.IsImplied = false;
    }

    /// <inheritdoc />
    public void SetOpaque(ReadOnlySpan<byte> path)
    {
        ThrowIfUnusable();
        // The mark lies in the directory, so that a link is followed in the last part too.
        _ = Walk(path, create: true, out int directory, out _);
        _tree.Directories[directory].IsOpaque = true;
    }

    /// <inheritdoc />
    public void AddSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryMetadata metadata)
    {
        if (target.Length is 0 or > ErofsFormat.MaxTargetLength || target.Contains((byte)0))
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"add symbolic link to layer: {TreePath.Text(path)}: its target is empty, too long or has a zero byte");
        int file = AddFile(path, EntryKind.SymbolicLink);
        ref FileNode node = ref _tree.Files[file];
        node.LinkTarget = _tree.AddBytes(target);
        node.LinkTargetLength = (ushort)target.Length;

        // The mode of a link can't be set on Linux: it is always this.
        InodeRecord inode = RecordOf(metadata, ErofsFormat.TypeSymbolicLink);
        inode.Mode = ErofsFormat.TypeSymbolicLink | 0x1FF;
        inode.Size = target.Length;
        XattrEncoder.Encode(metadata.Xattrs, EntryKind.SymbolicLink, _xattrs);
        WriteInode(file, inode, target);
        _identity.Add(target);
    }

    /// <inheritdoc />
    public void AddSpecial(ReadOnlySpan<byte> path, SpecialFile type, uint major, uint minor, in EntryMetadata metadata)
    {
        (EntryKind kind, uint typeBits) = type switch
        {
            SpecialFile.CharacterDevice => (EntryKind.CharacterDevice, ErofsFormat.TypeCharacterDevice),
            SpecialFile.BlockDevice => (EntryKind.BlockDevice, ErofsFormat.TypeBlockDevice),
            _ => (EntryKind.Fifo, ErofsFormat.TypeFifo),
        };
        uint device = type == SpecialFile.Fifo ? 0 : DeviceNumber(path, major, minor);
        AddSpecial(path, kind, typeBits, device, metadata);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _image.Dispose();
        _packer.Dispose();
        _tree.Dispose();
        // Freeing a large file takes the kernel a while. Should it not work, the sweep of the next open removes what is left,
        // and an error here would hide the one that led here.
        if (!_completed)
            await Task.Run(() => Libc.unlink(_path)).ConfigureAwait(false);
    }

    private void AddSpecial(ReadOnlySpan<byte> path, EntryKind kind, uint typeBits, uint device, in EntryMetadata metadata)
    {
        int file = AddFile(path, kind);
        InodeRecord inode = RecordOf(metadata, typeBits);
        inode.Detail = device;
        XattrEncoder.Encode(metadata.Xattrs, kind, _xattrs);
        WriteInode(file, inode, []);
    }

    // The attributes of directories must wait in memory for the end.
    private byte[]? Keep(IReadOnlyList<ExtendedAttribute> attributes)
    {
        XattrEncoder.Encode(attributes, EntryKind.Directory, _xattrs);
        if (_xattrs.WrittenCount == 0)
            return null;
        _kept += _xattrs.WrittenCount;
        if (_kept > MaxKeptXattrs)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.ResourceExhausted,
                "add to layer: the extended attributes of its directories are larger than 16 MiB");
        return _xattrs.WrittenSpan.ToArray();
    }

    private static InodeRecord RecordOf(in EntryMetadata metadata, uint typeBits) => new()
    {
        Mode = (metadata.Mode & 0xFFF) | typeBits,
        Uid = OwnerOf(metadata.Uid),
        Gid = OwnerOf(metadata.Gid),
        ModifiedSeconds = metadata.ModifiedSeconds,
        ModifiedNanoseconds = metadata.ModifiedNanoseconds,
        Links = 1,
    };

    // To chown(2) this is not an id but "as it is".
    private static uint OwnerOf(uint id) => id == uint.MaxValue ? 0 : id;

    // The kernel's new_encode_dev: 12 bits of major, 20 of minor.
    private static uint DeviceNumber(ReadOnlySpan<byte> path, uint major, uint minor) =>
        major <= 0xFFF && minor <= 0xFFFFF
            ? (minor & 0xFF) | (major << 8) | ((minor & ~0xFFu) << 12)
            : throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"add device to layer: {TreePath.Text(path)}: there is no device {major}:{minor}");

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed)
            throw new InvalidOperationException("the layer is complete");
        if (_isFileOpen)
            throw new InvalidOperationException("a file is begun and not ended");
    }
}
