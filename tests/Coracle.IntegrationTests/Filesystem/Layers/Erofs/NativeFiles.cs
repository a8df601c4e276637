using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>File system calls with names that are bytes: a string stands for Latin-1 here.</summary>
internal static unsafe partial class NativeFiles
{
    private const int AT_FDCWD = -100;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const int MNT_DETACH = 2;
    private const int O_DIRECTORY_X64 = 0x10000;
    private const int O_DIRECTORY_ARM64 = 0x4000;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Mounts an image straight from its file, read-only.</summary>
    internal static void MountErofs(string image, string directory)
    {
        fixed (byte* source = Terminated(image), target = Terminated(directory), type = "erofs\0"u8)
            Check(mount(source, target, type, 1, null), $"mount {image}");
    }

    internal static void Unmount(string directory)
    {
        fixed (byte* target = Terminated(directory))
            Check(umount2(target, MNT_DETACH), $"unmount {directory}");
    }

    /// <summary>statx(2), without following a link.</summary>
    internal static FileState State(string path)
    {
        byte[] buffer = new byte[256];
        fixed (byte* name = Terminated(path), result = buffer)
            Check(statx(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, 0x7FF, result), $"statx {path}");
        ReadOnlySpan<byte> state = buffer;
        return new FileState(
            Links: BinaryPrimitives.ReadUInt32LittleEndian(state[0x10..]),
            Uid: BinaryPrimitives.ReadUInt32LittleEndian(state[0x14..]),
            Gid: BinaryPrimitives.ReadUInt32LittleEndian(state[0x18..]),
            Mode: BinaryPrimitives.ReadUInt16LittleEndian(state[0x1C..]),
            Inode: BinaryPrimitives.ReadUInt64LittleEndian(state[0x20..]),
            Size: BinaryPrimitives.ReadInt64LittleEndian(state[0x28..]),
            ModifiedSeconds: BinaryPrimitives.ReadInt64LittleEndian(state[0x70..]),
            ModifiedNanoseconds: BinaryPrimitives.ReadUInt32LittleEndian(state[0x78..]),
            Major: BinaryPrimitives.ReadUInt32LittleEndian(state[0x80..]),
            Minor: BinaryPrimitives.ReadUInt32LittleEndian(state[0x84..]));
    }

    /// <summary>The names in a directory as the kernel lists them, with their types (DT_*).</summary>
    internal static List<(string Name, byte Type)> List(string directory)
    {
        List<(string, byte)> names = [];
        byte[] buffer = new byte[64 * 1024];
        fixed (byte* name = Terminated(directory), entries = buffer)
        {
            int fd = (int)Check(open(name, IsArm64 ? O_DIRECTORY_ARM64 : O_DIRECTORY_X64, 0), $"open {directory}");
            nint length;
            while ((length = Check(syscall(IsArm64 ? 61 : 217, fd, (nint)entries, buffer.Length), $"list {directory}")) > 0)
            {
                for (int at = 0; at < length; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16)))
                {
                    ReadOnlySpan<byte> entry = buffer.AsSpan(at + 19);
                    names.Add((Encoding.Latin1.GetString(entry[..entry.IndexOf((byte)0)]), buffer[at + 18]));
                }
            }
            _ = close(fd);
        }
        return names;
    }

    internal static string ReadLink(string path)
    {
        byte[] buffer = new byte[8192];
        fixed (byte* name = Terminated(path), result = buffer)
            return Encoding.Latin1.GetString(buffer, 0, (int)Check(readlink(name, result, buffer.Length), $"readlink {path}"));
    }

    internal static byte[] ReadAll(string path, long size)
    {
        byte[] content = new byte[size + 1];
        int length = 0;
        fixed (byte* name = Terminated(path), target = content)
        {
            int fd = (int)Check(open(name, 0, 0), $"open {path}");
            nint count;
            while ((count = Check(read(fd, target + length, content.Length - length), $"read {path}")) > 0)
                length += (int)count;
            _ = close(fd);
        }
        return content[..length];
    }

    /// <summary>Where the data of a file begins at or after a position; -1 if there is none.</summary>
    internal static long SeekData(string path, long position, bool hole = false)
    {
        fixed (byte* name = Terminated(path))
        {
            int fd = (int)Check(open(name, 0, 0), $"open {path}");
            long result = lseek(fd, position, hole ? 4 : 3);
            _ = close(fd);
            return result;
        }
    }

    internal static SortedDictionary<string, string> Xattrs(string path)
    {
        SortedDictionary<string, string> result = new(StringComparer.Ordinal);
        byte[] names = new byte[128 * 1024];
        byte[] value = new byte[128 * 1024];
        fixed (byte* file = Terminated(path), list = names, content = value)
        {
            int length = (int)Check(llistxattr(file, list, names.Length), $"llistxattr {path}");
            foreach (string name in Encoding.Latin1.GetString(names, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                fixed (byte* key = Terminated(name))
                {
                    int size = (int)Check(lgetxattr(file, key, content, value.Length), $"lgetxattr {path} {name}");
                    result.Add(name, Convert.ToHexString(value.AsSpan(0, size)));
                }
            }
        }
        return result;
    }

    private static byte[] Terminated(string text) => [.. Encoding.Latin1.GetBytes(text), 0];

    private static nint Check(nint result, string step) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{step}: errno {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int umount2(byte* target, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte* path, int flags, uint mask, byte* result);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(int fd, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlink(byte* path, byte* buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* list, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* name, byte* value, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a0, nint a1, nint a2);
}

/// <summary>What statx(2) says of a file.</summary>
internal sealed record FileState(
    uint Links,
    uint Uid,
    uint Gid,
    ushort Mode,
    ulong Inode,
    long Size,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    uint Major,
    uint Minor);
