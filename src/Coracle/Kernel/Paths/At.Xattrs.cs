using System.Globalization;
using System.Text;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Paths;

// There are no *at calls for extended attributes before Linux 6.13. The name is reached through /proc/self/fd instead, whose
// link leads to the directory itself, not to a path of it, so nothing can be exchanged on the way.
internal static unsafe partial class At
{
    private static readonly byte[] ProcSelfFd = "/proc/self/fd/"u8.ToArray();

    /// <summary>lsetxattr(2). A link in the last part is not followed; an empty name stands for the directory itself.</summary>
    internal static int SetXattr(FileDescriptor directory, ReadOnlySpan<byte> name, string attribute, ReadOnlySpan<byte> value)
    {
        byte* path = stackalloc byte[ProcPathLength(name)];
        byte* key = stackalloc byte[Encoding.UTF8.GetMaxByteCount(attribute.Length) + 1];
        Terminate(attribute, key);
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        WriteProcPath(directory.Number, name, path);
        int result;
        fixed (byte* bytes = value)
            result = Result(Libc.lsetxattr(path, key, bytes, value.Length, 0));
        directory.DangerousRelease();
        return result;
    }

    /// <summary>lremovexattr(2).</summary>
    internal static int RemoveXattr(FileDescriptor directory, ReadOnlySpan<byte> name, string attribute)
    {
        byte* path = stackalloc byte[ProcPathLength(name)];
        byte* key = stackalloc byte[Encoding.UTF8.GetMaxByteCount(attribute.Length) + 1];
        Terminate(attribute, key);
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        WriteProcPath(directory.Number, name, path);
        int result = Result(Libc.lremovexattr(path, key));
        directory.DangerousRelease();
        return result;
    }

    /// <summary>lgetxattr(2): the number of bytes, which fit or are only counted if <paramref name="value"/> is empty.</summary>
    internal static int GetXattr(FileDescriptor directory, ReadOnlySpan<byte> name, string attribute, Span<byte> value)
    {
        byte* path = stackalloc byte[ProcPathLength(name)];
        byte* key = stackalloc byte[Encoding.UTF8.GetMaxByteCount(attribute.Length) + 1];
        Terminate(attribute, key);
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        WriteProcPath(directory.Number, name, path);
        int result;
        fixed (byte* bytes = value)
            result = Result((int)Libc.lgetxattr(path, key, bytes, value.Length));
        directory.DangerousRelease();
        return result;
    }

    /// <summary>llistxattr(2): zero-ended names one after the other.</summary>
    internal static int ListXattrs(FileDescriptor directory, ReadOnlySpan<byte> name, Span<byte> list)
    {
        byte* path = stackalloc byte[ProcPathLength(name)];
        bool referenced = false;
        directory.DangerousAddRef(ref referenced);
        WriteProcPath(directory.Number, name, path);
        int result;
        fixed (byte* bytes = list)
            result = Result((int)Libc.llistxattr(path, bytes, list.Length));
        directory.DangerousRelease();
        return result;
    }

    /// <summary>Opens what an O_PATH descriptor stands for, through its own link in /proc.</summary>
    internal static int Reopen(FileDescriptor found, int flags, out FileDescriptor? opened)
    {
        byte* path = stackalloc byte[ProcPathLength(default)];
        bool referenced = false;
        found.DangerousAddRef(ref referenced);
        WriteProcPath(found.Number, path);
        int result = Result(Libc.openat(WorkingDirectory, path, flags | Libc.O_CLOEXEC, 0));
        found.DangerousRelease();
        opened = result >= 0 ? new FileDescriptor(result) : null;
        return result;
    }

    private static int ProcPathLength(ReadOnlySpan<byte> name) => ProcSelfFd.Length + 11 + 1 + Math.Max(1, name.Length) + 1;

    // An empty name becomes "." so that the link of /proc is followed to the directory.
    private static void WriteProcPath(int directory, ReadOnlySpan<byte> name, byte* path)
    {
        int length = WriteProcPath(directory, path);
        path[length++] = (byte)'/';
        Terminate(name.IsEmpty ? "."u8 : name, path + length);
    }

    private static int WriteProcPath(int fd, byte* path)
    {
        Span<byte> target = new(path, ProcPathLength(default));
        ProcSelfFd.CopyTo(target);
        fd.TryFormat(target[ProcSelfFd.Length..], out int digits, provider: CultureInfo.InvariantCulture);
        target[ProcSelfFd.Length + digits] = 0;
        return ProcSelfFd.Length + digits;
    }

    private static void Terminate(string text, byte* buffer) =>
        buffer[Encoding.UTF8.GetBytes(text, new Span<byte>(buffer, Encoding.UTF8.GetMaxByteCount(text.Length)))] = 0;
}
