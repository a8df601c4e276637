using System.Diagnostics.CodeAnalysis;
using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// Layers seen as the one tree that overlay makes of them, read without mounting anything: it also works without privileges,
/// and for layers that are not finished being received.
/// </summary>
internal sealed partial class MergedTree
{
    // The kernel's own limit (path_resolution(7)).
    private const int MaxLinks = 40;

    private readonly string _opaqueXattr;
    private readonly List<FileDescriptor> _roots = [];

    /// <param name="roots">The roots of the layers, the topmost first. Not owned.</param>
    /// <param name="userXattr">Whether overlay's marks are <c>user.*</c> attributes.</param>
    internal MergedTree(IEnumerable<FileDescriptor> roots, bool userXattr)
    {
        _opaqueXattr = userXattr ? OverlayXattr.UserOpaque : OverlayXattr.Opaque;
        foreach (FileDescriptor root in roots)
        {
            _roots.Add(root);
            if (IsOpaque(root, default))
                break;
        }
    }

    /// <summary>Finds what is at a path, without following a link in the last part.</summary>
    internal bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file)
    {
        Stack<MergedDirectory> trail = new([new MergedDirectory(_roots, owned: false)]);
        try
        {
            file = Find(trail, path.ToArray());
            return file is not null;
        }
        finally
        {
            foreach (MergedDirectory directory in trail)
                directory.Dispose();
        }
    }

    private LowerFile? Find(Stack<MergedDirectory> trail, byte[] remaining)
    {
        int links = 0;
        while (NextPart(ref remaining, out byte[] part))
        {
            if (part.AsSpan().SequenceEqual(".."u8))
            {
                if (trail.Count > 1)
                    trail.Pop().Dispose();
                continue;
            }
            (MergedDirectory? directory, FileDescriptor? parent, FileStatus status) = Lookup(trail.Peek(), part);
            if (directory is not null)
            {
                trail.Push(directory);
                continue;
            }
            if (parent is null)
                return null;
            if (remaining.Length == 0)
                return FileOf(parent, part, status);
            if (!status.IsSymbolicLink || ++links > MaxLinks)
                return null;
            byte[] target = TargetOf(parent, part);
            while (target.AsSpan().StartsWith("/"u8) && trail.Count > 1)
                trail.Pop().Dispose();
            remaining = [.. target, (byte)'/', .. remaining];
        }
        FileDescriptor top = trail.Peek().Parts[0];
        int result = At.Status(top, default, out FileStatus found);
        return result >= 0 ? FileOf(top, default, found) : throw Errno.Failure(-result, "look at lower layer");
    }

    // What overlay does: the topmost layer that has the name decides; only directories are merged, down to an opaque one.
    private (MergedDirectory? Directory, FileDescriptor? Parent, FileStatus Status) Lookup(MergedDirectory directory, byte[] name)
    {
        List<FileDescriptor> parts = [];
        foreach (FileDescriptor layer in directory.Parts)
        {
            if (At.Status(layer, name, out FileStatus status) < 0)
                continue;
            if (status.IsWhiteout)
                break;
            if (!status.IsDirectory)
            {
                if (parts.Count == 0)
                    return (null, layer, status);
                break;
            }
            int result = At.Open(
                layer, name, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, out FileDescriptor? part);
            parts.Add(part ?? throw Errno.Failure(-result, "open in lower layer", TarError.Text(name)));
            if (IsOpaque(layer, name))
                break;
        }
        return (parts.Count == 0 ? null : new MergedDirectory(parts, owned: true), null, default);
    }

    private bool IsOpaque(FileDescriptor directory, ReadOnlySpan<byte> name) =>
        Xattrs.Get(directory, name, _opaqueXattr) is { } value && value.AsSpan().SequenceEqual("y"u8);

    private static LowerFile FileOf(FileDescriptor parent, ReadOnlySpan<byte> name, in FileStatus status)
    {
        List<ExtendedAttribute> xattrs = [];
        foreach (string attribute in Xattrs.List(parent, name))
        {
            if (!OverlayXattr.IsOne(attribute) && Xattrs.Get(parent, name, attribute) is { } value)
                xattrs.Add(new ExtendedAttribute(attribute, value));
        }
        EntryMetadata metadata = new(
            status.Mode & 0xFFF, status.Uid, status.Gid, status.ModifiedSeconds, status.ModifiedNanoseconds, xattrs);
        Func<Stream> open = status.IsRegular ? ContentOf(parent, name) : static () => Stream.Null;
        byte[] target = status.IsSymbolicLink ? TargetOf(parent, name) : [];
        ulong device = ((ulong)status.SpecialMajor << 32) | status.SpecialMinor;
        return new LowerFile(status.Type, metadata, status.Size, device, open, target);
    }

    private static Func<Stream> ContentOf(FileDescriptor parent, ReadOnlySpan<byte> name)
    {
        int result = At.Open(parent, name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, out FileDescriptor? file);
        if (file is null)
            throw Errno.Failure(-result, "open in lower layer", TarError.Text(name));
        return () => new FileStream(new SafeFileHandle(file.Release(), ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    private static byte[] TargetOf(FileDescriptor parent, ReadOnlySpan<byte> name)
    {
        Span<byte> target = stackalloc byte[TarLimits.MaxPath];
        int length = At.ReadLink(parent, name, target);
        return length >= 0 ? target[..length].ToArray() : throw Errno.Failure(-length, "read link", TarError.Text(name));
    }

    private static bool NextPart(ref byte[] remaining, out byte[] part)
    {
        foreach (Range range in remaining.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> text = remaining.AsSpan(range);
            if (text.IsEmpty || text.SequenceEqual("."u8))
                continue;
            part = text.ToArray();
            int end = range.End.GetOffset(remaining.Length);
            remaining = remaining.AsSpan(end).TrimStart((byte)'/').ToArray();
            return true;
        }
        part = remaining = [];
        return false;
    }

    /// <summary>The directories of several layers that overlay shows as one, the topmost first.</summary>
    private sealed class MergedDirectory(List<FileDescriptor> parts, bool owned) : IDisposable
    {
        internal List<FileDescriptor> Parts => parts;

        public void Dispose()
        {
            foreach (FileDescriptor part in owned ? parts : [])
                part.Dispose();
        }
    }
}
