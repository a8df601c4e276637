using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

internal sealed partial class DirectoryLayerWriter
{
    // The kernel's own limit (path_resolution(7)).
    private const int MaxLinks = 40;

    private readonly PathBuffer _walked = new();

    /// <summary>
    /// Goes to a directory part by part, as the kernel would if the layer's root were "/". <see cref="_walked"/> is then its
    /// path without links, or that of the last directory that exists.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="makesMissing">Whether to make what is missing: in the place that a link leads to, as in a container.</param>
    /// <param name="rest">If it is missing: what is left of the path; empty if this layer says that it is gone.</param>
    /// <returns>The directory, for the caller to dispose of; null if it is missing.</returns>
    private FileDescriptor? Walk(ReadOnlySpan<byte> path, bool makesMissing, out ReadOnlySpan<byte> rest)
    {
        FileDescriptor? current = null;
        int links = 0;
        _walked.Set(default);
        try
        {
            for (rest = path; !rest.IsEmpty;)
            {
                ReadOnlySpan<byte> name = LayerPath.FirstOf(rest);
                ReadOnlySpan<byte> after = name.Length == rest.Length ? default : rest[(name.Length + 1)..];
                if (name.IsEmpty || name.SequenceEqual("."u8))
                {
                    rest = after;
                    continue;
                }
                if (name.SequenceEqual(".."u8))
                {
                    _walked.Pop();
                    Move(ref current, null);
                    rest = after;
                    continue;
                }
                current ??= OpenWalked();
                int result = At.Open(current, name, DirectoryFlags | Libc.O_NOFOLLOW, out FileDescriptor? next);
                FileStatus status = default;
                if (result == -Errno.ENOTDIR)
                    Check(At.Status(current, name, out status), "look at", path);
                else if (result != -Errno.ENOENT)
                    Check(result, "open directory", path);
                if (next is not null)
                {
                    Move(ref current, next);
                    _walked.Push(name);
                    rest = after;
                }
                else if (status.IsSymbolicLink)
                {
                    if (++links > MaxLinks)
                        throw Errno.Failure(Errno.ELOOP, "open directory", TarError.Text(path));
                    rest = Follow(ref current, name, after);
                }
                else if (result == -Errno.ENOTDIR && !status.IsWhiteout)
                {
                    throw Errno.Failure(Errno.ENOTDIR, "open directory", TarError.Text(path));
                }
                else if (makesMissing)
                {
                    MakeImplied(current, name, wasRemoved: status.IsWhiteout);
                }
                else
                {
                    rest = status.IsWhiteout ? default : rest;
                    return null;
                }
            }
            FileDescriptor found = current ?? OpenWalked();
            current = null;
            return found;
        }
        finally
        {
            current?.Dispose();
        }
    }

    private static void Move(ref FileDescriptor? current, FileDescriptor? next)
    {
        current?.Dispose();
        current = next;
    }

    private FileDescriptor OpenWalked() =>
        OpenPlain(_walked.Bytes) ?? throw Errno.Failure(Errno.ENOENT, "open directory", TarError.Text(_walked.Bytes));

    private byte[] Follow(ref FileDescriptor? current, ReadOnlySpan<byte> link, ReadOnlySpan<byte> after)
    {
        Span<byte> target = stackalloc byte[TarLimits.MaxPath + 1];
        int length = At.ReadLink(current!, link, target);
        Check(length, "read link", link);
        target = target[..length];
        if (target.StartsWith("/"u8))
        {
            _walked.Set(default);
            Move(ref current, null);
        }
        return [.. target, (byte)'/', .. after];
    }

    private void MakeImplied(FileDescriptor parent, ReadOnlySpan<byte> name, bool wasRemoved)
    {
        _walked.Push(name);
        EntryMetadata metadata = wasRemoved
            ? new EntryMetadata(DefaultDirectoryMode, 0, 0, 0, 0, [])
            : ImpliedMetadata(_walked.Bytes);
        MakeDirectory(parent, _walked.Bytes, metadata);
        _walked.Pop();
    }
}
