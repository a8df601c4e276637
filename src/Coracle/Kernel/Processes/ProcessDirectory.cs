using System.Globalization;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Processes;

/// <summary>
/// The files of one process in /proc. They are those of the process that had the id when this was opened, also when the id
/// has become another's: then they can't be read any more.
/// </summary>
internal sealed class ProcessDirectory : IDisposable
{
    private readonly FileDescriptor _directory;

    private ProcessDirectory(FileDescriptor directory) => _directory = directory;

    /// <summary>Opens the directory of a process; null if there is none with that id.</summary>
    internal static ProcessDirectory? TryOpen(int id)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
        int fd = Libc.openat(Libc.AT_FDCWD, path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd < 0 ? null : new ProcessDirectory(FileDescriptor.High(fd));
    }

    /// <summary>Reads a file, up to a limit.</summary>
    /// <returns>Null if the process is gone, or does not let itself be read.</returns>
    internal unsafe byte[]? Read(string file, int limit)
    {
        int fd = At.OpenNumber(_directory, Encoding.UTF8.GetBytes(file), Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (fd < 0)
            return null;
        byte[] content = new byte[Math.Min(limit, 4096)];
        int length = 0;
        while (true)
        {
            if (length == content.Length && length == limit)
                break;
            if (length == content.Length)
                Array.Resize(ref content, Math.Min(limit, length * 2));
            nint read;
            fixed (byte* start = content)
                read = Libc.read(fd, start + length, content.Length - length);
            if (read < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (read < 0)
                length = -1;
            if (read <= 0)
                break;
            length += (int)read;
        }
        _ = Libc.close(fd);
        return length < 0 ? null : content[..length];
    }

    /// <summary>Reads a file as text; bytes that are no UTF-8 are replaced.</summary>
    internal string? ReadText(string file, int limit = 64 * 1024) =>
        Read(file, limit) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Opens a namespace of the process, for example <c>net</c>; null if the process is gone.</summary>
    /// <exception cref="ContainerRuntimeException">This process may not.</exception>
    internal FileDescriptor? TryOpenNamespace(string name)
    {
        int fd = At.OpenNumber(_directory, Encoding.UTF8.GetBytes("ns/" + name), Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (fd >= 0)
            return FileDescriptor.High(fd);
        return fd is -Errno.ENOENT or -Errno.ESRCH ? null : throw Errno.Failure(-fd, $"open the {name} namespace of a process");
    }

    /// <summary>The inodes of the sockets that the process has open.</summary>
    internal IReadOnlyList<long> OpenSockets(int max)
    {
        List<long> inodes = [];
        if (At.Open(_directory, "fd"u8, Libc.O_RDONLY | Libc.O_DIRECTORY, out FileDescriptor? descriptors) < 0 || descriptors is null)
            return inodes;
        using (descriptors)
        {
            using DirectoryEntries entries = new(descriptors);
            Span<byte> target = stackalloc byte[64];
            for (int count = 0; count < max && entries.MoveNext(); count++)
            {
                int length = At.ReadLink(descriptors, entries.Name, target);
                if (length > 0
                    && Encoding.UTF8.GetString(target[..length]) is ['s', 'o', 'c', 'k', 'e', 't', ':', '[', .. var number, ']']
                    && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
                {
                    inodes.Add(inode);
                }
            }
        }
        return inodes;
    }

    /// <inheritdoc />
    public void Dispose() => _directory.Dispose();
}
