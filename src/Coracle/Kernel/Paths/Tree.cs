using System.Globalization;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

/// <summary>What is done to a whole tree of files.</summary>
internal static class Tree
{
    // An open descriptor a level: a layer may be deeper than a process may have descriptors. What is deeper is moved up first.
    private const int MaxOpenLevels = 48;

    /// <summary>Removes a file, or a directory with all that is in it. Links are not followed. What is not there is fine.</summary>
    /// <param name="parent">The directory it lies in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    internal static void Remove(FileDescriptor parent, ReadOnlySpan<byte> name, CancellationToken cancellationToken = default)
    {
        int result = At.Unlink(parent, name);
        if (result is 0 or -Errno.ENOENT)
            return;
        if (result is not (-Errno.EISDIR or -Errno.EPERM))
            throw Errno.Failure(-result, "remove", Text(name));
        RemoveDirectory(parent, name, 0, new Overflow(), cancellationToken);
    }

    /// <summary>Removes a file or tree by its absolute path.</summary>
    internal static void Remove(string path, CancellationToken cancellationToken = default) =>
        Remove(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), cancellationToken);

    private static void RemoveDirectory(
        FileDescriptor parent, ReadOnlySpan<byte> name, int level, Overflow overflow, CancellationToken cancellationToken)
    {
        int result;
        while ((result = At.Unlink(parent, name, Libc.AT_REMOVEDIR)) is -Errno.ENOTEMPTY or -Errno.EEXIST)
        {
            using FileDescriptor? directory = TryOpen(parent, name);
            if (directory is null)
                return;
            overflow.Top ??= directory.Duplicate();
            RemoveChildren(directory, level, overflow, cancellationToken);
        }
        if (level == 0)
            overflow.Top?.Dispose();
        if (result is not (0 or -Errno.ENOENT))
            throw Errno.Failure(-result, "remove directory", Text(name));
    }

    private static void RemoveChildren(
        FileDescriptor directory, int level, Overflow overflow, CancellationToken cancellationToken)
    {
        DirectoryEntries entries = new(directory);
        try
        {
            while (entries.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                int result = entries.IsDirectory == true ? -Errno.EISDIR : At.Unlink(directory, entries.Name);
                if (result is 0 or -Errno.ENOENT)
                    continue;
                if (result is not (-Errno.EISDIR or -Errno.EPERM))
                    throw Errno.Failure(-result, "remove", Text(entries.Name));
                if (level < MaxOpenLevels)
                    RemoveDirectory(directory, entries.Name, level + 1, overflow, cancellationToken);
                else
                    overflow.MoveUp(directory, entries.Name);
            }
        }
        finally
        {
            entries.Dispose();
        }
    }

    // Directories of an image may lack the right to be read or searched, overlay's work directory has no rights at all: whoever
    // is not root gives them to itself first.
    private static FileDescriptor? TryOpen(FileDescriptor parent, ReadOnlySpan<byte> name)
    {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
        int result = At.Open(parent, name, flags, out FileDescriptor? directory);
        if (result == -Errno.EACCES && At.SetMode(parent, name, 0x1C0 /* 0700 */) == 0)
            result = At.Open(parent, name, flags, out directory);
        return result is >= 0 or -Errno.ENOENT ? directory : throw Errno.Failure(-result, "open directory", Text(name));
    }

    private static string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name);

    // Takes directories from below the depth limit up into the top directory, whose loop finds them again.
    private sealed class Overflow
    {
        private int _counter;

        internal FileDescriptor? Top { get; set; }

        internal void MoveUp(FileDescriptor directory, ReadOnlySpan<byte> child)
        {
            int result;
            do
            {
                byte[] free = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $".removed-{_counter++}"));
                result = At.Rename(directory, child, Top!, free, Libc.RENAME_NOREPLACE);
            }
            while (result == -Errno.EEXIST);
            if (result < 0)
                throw Errno.Failure(-result, "move directory up", Text(child));
        }
    }
}
