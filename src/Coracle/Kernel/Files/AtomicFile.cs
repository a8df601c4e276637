using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Files;

/// <summary>
/// Writes a file so that a reader, or a power cut at any instruction, finds either the old or the new content.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Replaces a file: temporary name, (fsync), rename, (fsync of the directory).</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">The new content.</param>
    /// <param name="durable">Whether it must survive a power cut. A record of something that ends with this process need
    /// not.</param>
    internal static void Write(string path, ReadOnlySpan<byte> content, bool durable)
    {
        // Not the process id: processes of several pid namespaces may share the directory, and a crash may have left the file.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            WriteInPlace(temporary, content, durable);
            if (Libc.rename(temporary, path) != 0)
                throw Errno.LastFailure("rename", path);
        }
        catch
        {
            _ = Libc.unlink(temporary);
            throw;
        }
        if (durable)
            SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a file that nobody reads yet: it is in a directory that will be renamed, or is read by a program that is
    /// started later.</summary>
    /// <param name="path">The file; overwritten if it exists.</param>
    /// <param name="content">The content.</param>
    /// <param name="durable">Whether it must survive a power cut.</param>
    internal static void WriteInPlace(string path, ReadOnlySpan<byte> content, bool durable)
    {
        using FileDescriptor file = Open(path);
        WriteAll(file, content, path);
        if (durable && Libc.fsync(file.Number) != 0)
            throw Errno.LastFailure("sync", path);
    }

    /// <summary>Makes the names in a directory survive a power cut.</summary>
    internal static void SyncDirectory(string path)
    {
        using FileDescriptor directory = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0), "open directory", path);
        if (Libc.fsync(directory.Number) != 0)
            throw Errno.LastFailure("sync directory", path);
    }

    private static FileDescriptor Open(string path) => FileDescriptor.FromResult(
        Libc.openat(
            Libc.AT_FDCWD, path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0x1A4 /* 0644 */),
        "create",
        path);

    private static unsafe void WriteAll(FileDescriptor file, ReadOnlySpan<byte> content, string path)
    {
        fixed (byte* start = content)
        {
            for (int done = 0; done < content.Length;)
            {
                nint written = Libc.write(file.Number, start + done, content.Length - done);
                if (written < 0 && Errno.Last is var errno && errno != Errno.EINTR)
                    throw Errno.Failure(errno, "write", path);
                done += (int)Math.Max(0, written);
            }
        }
    }
}
