using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

internal sealed partial class DirectoryLayerWriter
{
    private const int CopyBufferSize = 128 * 1024;

    // A character device 0/0: overlay's own mark. Making it needs no privilege since Linux 5.8.
    private const uint WhiteoutMode = Libc.S_IFCHR;

    private bool _hasOpaque;

    private string OpaqueAttribute => _options.UserXattr ? OverlayXattr.UserOpaque : OverlayXattr.Opaque;

    /// <inheritdoc />
    public void AddHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        using FileDescriptor targetParent = OpenLinkTarget(target);
        FileDescriptor parent = OpenParent(path);
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        ReadOnlySpan<byte> targetName = LayerPath.NameOf(target);
        int result = At.MakeHardLink(targetParent, targetName, parent, name);
        if (result == -Errno.EEXIST)
        {
            if (AreOneFile(targetParent, targetName, parent, name))
                return;
            Replace(parent, path);
            result = At.MakeHardLink(targetParent, targetName, parent, name);
        }
        if (result < 0)
            throw Errno.Failure(-result, "create hard link", $"{TarError.Text(path)} to {TarError.Text(target)}");
    }

    /// <inheritdoc />
    public void AddWhiteout(ReadOnlySpan<byte> path)
    {
        FileDescriptor parent = OpenParent(path);
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        int result = At.MakeNode(parent, name, WhiteoutMode, 0, 0);
        if (result == -Errno.EEXIST)
        {
            // What this layer has at the path hides the lower one already; only a directory would be merged with it.
            Check(At.Status(parent, name, out FileStatus status), "look at", path);
            if (status.IsDirectory)
                MarkOpaque(parent, path);
            return;
        }
        Check(result, "create whiteout", path);
    }

    /// <inheritdoc />
    public void SetOpaque(ReadOnlySpan<byte> path)
    {
        // Opening makes what is missing.
        MarkOpaque(OpenDirectory(path), default, path);
    }

    // What is found there stays if it is a directory too, with its children but without its old attributes.
    private void MakeDirectory(FileDescriptor parent, ReadOnlySpan<byte> path, in EntryMetadata metadata)
    {
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        int result = At.MakeDirectory(parent, name, 0x1C0 /* 0700 */);
        bool wasHidden = false;
        if (result == -Errno.EEXIST)
        {
            Check(At.Status(parent, name, out FileStatus status), "look at", path);
            if (status.IsDirectory)
            {
                RemoveXattrs(parent, path);
                result = 0;
            }
            else
            {
                wasHidden = status.IsWhiteout;
                Replace(parent, path);
                result = At.MakeDirectory(parent, name, 0x1C0 /* 0700 */);
            }
        }
        Check(result, "create directory", path);
        SetDirectoryMetadata(parent, name, path, metadata);

        // The layer said that the lower one is gone: without a mark the two would be merged.
        if (wasHidden)
            MarkOpaque(parent, path);
    }

    private void MakeNode(FileDescriptor parent, ReadOnlySpan<byte> path, uint mode, uint major, uint minor)
    {
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        int result = At.MakeNode(parent, name, mode, major, minor);
        if (result == -Errno.EEXIST)
        {
            Replace(parent, path);
            result = At.MakeNode(parent, name, mode, major, minor);
        }
        Check(result, "create device or fifo", path);
    }

    private void MarkOpaque(FileDescriptor parent, ReadOnlySpan<byte> path) =>
        MarkOpaque(parent, LayerPath.NameOf(path), path);

    private void MarkOpaque(FileDescriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        Check(At.SetXattr(directory, name, OpaqueAttribute, "y"u8), "make opaque", path);
        _hasOpaque = true;
    }

    private static void RemoveXattrs(FileDescriptor parent, ReadOnlySpan<byte> path)
    {
        foreach (string attribute in Xattrs.List(parent, LayerPath.NameOf(path)))
        {
            if (!OverlayXattr.IsOne(attribute))
                _ = At.RemoveXattr(parent, LayerPath.NameOf(path), attribute);
        }
    }

    private FileDescriptor OpenLinkTarget(ReadOnlySpan<byte> target)
    {
        FileDescriptor? parent = FindInLayer(target, out byte[] missing);
        if (parent is not null)
            return parent;
        if (missing.Length == 0 || _lowers is null || !_lowers.TryFind(missing, out LowerFile? lower))
            throw Errno.Failure(Errno.ENOENT, "create hard link to", TarError.Text(target));
        CopyUp(missing, lower);
        return FindInLayer(missing, out _) ?? throw Errno.Failure(Errno.ENOENT, "create hard link to", TarError.Text(target));
    }

    /// <summary>Opens the directory in which this layer has a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="missing">If it is missing: where the path leads to; empty if this layer hides what is there.</param>
    private FileDescriptor? FindInLayer(ReadOnlySpan<byte> path, out byte[] missing)
    {
        missing = [];
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        FileDescriptor? parent = Walk(LayerPath.ParentOf(path), makesMissing: false, out ReadOnlySpan<byte> rest);
        bool isRemoved = parent is null && rest.IsEmpty;
        if (parent is not null)
        {
            int result = At.Status(parent, name, out FileStatus status);
            if (result == 0 && !status.IsDirectory && !status.IsWhiteout)
                return parent;
            parent.Dispose();
            if (status.IsDirectory)
                throw Errno.Failure(Errno.EPERM, "create hard link to directory", TarError.Text(path));
            if (result != -Errno.ENOENT)
                Check(result, "look at", path);
            isRemoved = status.IsWhiteout;
        }
        if (!isRemoved && !IsOpaque(_walked.Bytes))
            missing = LayerPath.Combine(_walked.Bytes, rest, name);
        return null;
    }

    // Also by another path: removing the name for the link to take its place would lose the file.
    private static bool AreOneFile(
        FileDescriptor parent, ReadOnlySpan<byte> name, FileDescriptor otherParent, ReadOnlySpan<byte> otherName) =>
        At.Status(parent, name, out FileStatus one) == 0
        && At.Status(otherParent, otherName, out FileStatus other) == 0
        && one.Inode == other.Inode;

    private void CopyUp(ReadOnlySpan<byte> path, LowerFile lower)
    {
        switch (lower.Type)
        {
            case Libc.S_IFREG:
                CopyContent(path, lower);
                break;
            case Libc.S_IFLNK:
                AddSymbolicLink(path, lower.LinkTarget.Span, lower.Metadata);
                break;
            case Libc.S_IFDIR:
                throw Errno.Failure(Errno.EPERM, "create hard link to directory", TarError.Text(path));
            default:
                FileDescriptor parent = OpenParent(path);
                MakeNode(parent, path, lower.Type | 0x180, (uint)(lower.Device >> 32), (uint)lower.Device);
                SetMetadata(parent, path, lower.Metadata, isLink: false);
                break;
        }
    }

    private void CopyContent(ReadOnlySpan<byte> path, LowerFile lower)
    {
        BeginFile(path, lower.Size, lower.Metadata);
        byte[] buffer = new byte[CopyBufferSize];
        using Stream content = lower.OpenContent();
        long position = 0;
        for (int read; (read = content.Read(buffer)) > 0; position += read)
            WriteData(position, buffer.AsSpan(0, read));
        EndFile();
    }
}
