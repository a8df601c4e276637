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

    private readonly OpaquePaths _opaque = new();

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
        FileDescriptor directory = OpenDirectory(path);
        MarkOpaque(directory, default, path);
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
        string attribute = _options.UserXattr ? OverlayXattr.UserOpaque : OverlayXattr.Opaque;
        Check(At.SetXattr(directory, name, attribute, "y"u8), "make opaque", path);
        _opaque.Add(path);
    }

    private static void RemoveXattrs(FileDescriptor parent, ReadOnlySpan<byte> path)
    {
        foreach (string attribute in Xattrs.List(parent, LayerPath.NameOf(path)))
        {
            if (!OverlayXattr.IsOne(attribute))
                _ = At.RemoveXattr(parent, LayerPath.NameOf(path), attribute);
        }
    }

    /// <summary>Removes what this layer has at a path, for something else to take its place.</summary>
    private void Replace(FileDescriptor parent, ReadOnlySpan<byte> path)
    {
        Tree.Remove(parent, LayerPath.NameOf(path));

        // The kept directory may have been found by way of what is gone now.
        if (!ReferenceEquals(parent, _parent))
            ForgetParent();
    }

    private FileDescriptor OpenLinkTarget(ReadOnlySpan<byte> target)
    {
        FileDescriptor? parent = FindInLayer(target);
        if (parent is not null)
            return parent;
        if (_lowers is null || _opaque.Covers(target) || !_lowers.TryFind(target, out LowerFile? lower))
            throw Errno.Failure(Errno.ENOENT, "create hard link to", TarError.Text(target));
        CopyUp(target, lower);
        return FindInLayer(target) ?? throw Errno.Failure(Errno.ENOENT, "create hard link to", TarError.Text(target));
    }

    private FileDescriptor? FindInLayer(ReadOnlySpan<byte> path)
    {
        RootedPath.TryOpen(_root, LayerPath.ParentOf(path), DirectoryFlags, out FileDescriptor? parent, _options.ForceWalk);
        if (parent is not null && At.Status(parent, LayerPath.NameOf(path), out FileStatus status) == 0)
        {
            return status.IsWhiteout
                ? throw Errno.Failure(Errno.ENOENT, "create hard link to removed", TarError.Text(path))
                : parent;
        }
        parent?.Dispose();
        return null;
    }

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
