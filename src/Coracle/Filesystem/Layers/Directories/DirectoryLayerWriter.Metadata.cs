using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

// Owner first: changing it clears set-user-id, set-group-id and capabilities. Attributes before the mode, which may forbid
// writing to whoever is not root. The time last.
internal sealed partial class DirectoryLayerWriter
{
    // What is made in a directory inherits this, so it is set when all is made.
    private const string DefaultAcl = "system.posix_acl_default";

    private static void Write(FillingFile file, long position, ReadOnlySpan<byte> data) =>
        Check(file.File.Write(position, data), "write", file.Path.Bytes);

    private static void Finish(FillingFile file)
    {
        ReadOnlySpan<byte> path = file.Path.Bytes;
        EntryMetadata metadata = file.Metadata;

        // Holes at the end have no data to extend the file.
        if (file.End < file.Size)
            Check(file.File.SetLength(file.Size), "set size of", path);
        Check(file.File.SetOwner(metadata.Uid, metadata.Gid), "set owner of", path);
        foreach (ExtendedAttribute xattr in metadata.Xattrs)
            CheckXattr(file.File.SetXattr(xattr.Name, xattr.Value.Span), xattr.Name, path, hasUserXattrs: true);
        Check(file.File.SetMode(metadata.Mode), "set mode of", path);
        Check(file.File.SetModified(metadata.ModifiedSeconds, metadata.ModifiedNanoseconds), "set time of", path);
        Check(file.File.Close(), "close", path);
    }

    private static void SetMetadata(FileDescriptor parent, ReadOnlySpan<byte> path, in EntryMetadata metadata, bool isLink)
    {
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        Check(At.SetOwner(parent, name, metadata.Uid, metadata.Gid), "set owner of", path);
        foreach (ExtendedAttribute xattr in metadata.Xattrs)
            CheckXattr(At.SetXattr(parent, name, xattr.Name, xattr.Value.Span), xattr.Name, path, hasUserXattrs: false);
        if (!isLink)
            Check(At.SetMode(parent, name, metadata.Mode), "set mode of", path);
        Check(At.SetModified(parent, name, metadata.ModifiedSeconds, metadata.ModifiedNanoseconds), "set time of", path);
    }

    /// <summary>All but the time, which <see cref="DirectoryTimes"/> keeps until nothing is made in the directory any more.</summary>
    private void SetDirectoryMetadata(
        FileDescriptor parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, in EntryMetadata metadata)
    {
        Check(At.SetOwner(parent, name, metadata.Uid, metadata.Gid), "set owner of", path);
        ReadOnlyMemory<byte> defaultAcl = default;
        foreach (ExtendedAttribute xattr in metadata.Xattrs)
        {
            if (xattr.Name == DefaultAcl)
                defaultAcl = xattr.Value;
            else
                CheckXattr(At.SetXattr(parent, name, xattr.Name, xattr.Value.Span), xattr.Name, path, hasUserXattrs: true);
        }
        Check(At.SetMode(parent, name.IsEmpty ? "."u8 : name, metadata.Mode), "set mode of", path);
        Check(At.Status(parent, name, out FileStatus status), "look at", path);
        _times.Add(path, status.Inode, metadata.ModifiedSeconds, metadata.ModifiedNanoseconds, defaultAcl);
    }

    private void StartRoot()
    {
        // A default access list of the data root would be inherited by every file of every layer.
        _ = At.RemoveXattr(_root, default, DefaultAcl);
        SetDirectoryMetadata(_root, default, default, new EntryMetadata(DefaultDirectoryMode, 0, 0, 0, 0, []));
    }

    private void FinishDirectories()
    {
        foreach (DirectoryTimes.Entry entry in _times.Entries)
        {
            using FileDescriptor? directory = OpenPlain(_times.PathOf(entry));
            if (directory is not null)
                FinishDirectory(directory, entry);
        }
    }

    private void FinishDirectory(FileDescriptor directory, in DirectoryTimes.Entry entry)
    {
        // A later entry may have taken its place.
        ReadOnlySpan<byte> path = _times.PathOf(entry);
        Check(At.Status(directory, default, out FileStatus status), "look at", path);
        if (status.Inode != entry.Inode)
            return;
        if (!entry.DefaultAcl.IsEmpty)
            CheckXattr(At.SetXattr(directory, default, DefaultAcl, entry.DefaultAcl.Span), DefaultAcl, path, hasUserXattrs: true);
        Check(At.SetModified(directory, "."u8, entry.Seconds, entry.Nanoseconds), "set time of", path);
    }

    // A file system without some kind of attributes is no reason to refuse an image: docker and podman pass over it too. So do
    // they for user.* attributes of what can't have them (xattr(7)): only a tar says such a thing.
    private static void CheckXattr(int result, string attribute, ReadOnlySpan<byte> path, bool hasUserXattrs)
    {
        bool isTolerated = result == -Errno.EOPNOTSUPP
            || (result == -Errno.EPERM && !hasUserXattrs && attribute.StartsWith("user.", StringComparison.Ordinal));
        if (!isTolerated)
            Check(result, $"set attribute {attribute} of", path);
    }
}
