using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Mounts;

/// <summary>A file system that is being configured (fsopen(2)). It keeps the kernel's own words for the error message.</summary>
internal sealed unsafe class FileSystemContext : IDisposable
{
    // The kernel copies at most this much of a string parameter, with its end.
    internal const int MaxStringLength = 255;

    private const int MaxMessages = 16;
    private const int MessageSize = 1024;

    private readonly FileDescriptor _context;

    private FileSystemContext(FileDescriptor context, string type) => (_context, Type) = (context, type);

    internal string Type { get; }

    internal static FileSystemContext Open(string type)
    {
        long result;
        fixed (byte* name = Terminated(type))
            result = Libc.Call(Syscall.fsopen, (nint)name, Libc.FSOPEN_CLOEXEC);
        if (result >= 0)
            return new FileSystemContext(new FileDescriptor((int)result), type);
        throw (int)-result switch
        {
            Errno.ENODEV => new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"mount {type}: this kernel has no {type} (modprobe {type} on the host may give it)") { Errno = Errno.ENODEV },
            Errno.EPERM => Errno.Failure(Errno.EPERM, $"mount {type}", null, "it needs root, or a user namespace"),
            int errno => Errno.Failure(errno, $"mount {type}"),
        };
    }

    internal void SetFlag(string key) => Check(TrySet(Libc.FSCONFIG_SET_FLAG, key, null, 0), key);

    internal void SetString(string key, string value) => Check(TrySetString(key, value), $"{key}={value}");

    internal int TrySetString(string key, string value) => TrySet(Libc.FSCONFIG_SET_STRING, key, value, 0);

    /// <summary>Whether overlay takes a path as it is: it is not too long, and has nothing that would be taken for an
    /// escape.</summary>
    internal static bool IsPlainPath(string path) =>
        !path.Contains('\\', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= MaxStringLength;

    internal int TrySetFlag(string key) => TrySet(Libc.FSCONFIG_SET_FLAG, key, null, 0);

    internal int TrySetDescriptor(string key, FileDescriptor value)
    {
        int result = TrySet(Libc.FSCONFIG_SET_FD, key, null, value.Number);
        GC.KeepAlive(value);
        return result;
    }

    /// <summary>Throws the failure of a parameter that was tried.</summary>
    internal void Check(int result, string subject)
    {
        if (result < 0)
            throw Failure(-result, subject);
    }

    /// <summary>Makes the superblock and a detached mount of it.</summary>
    internal FileDescriptor Mount(MountAttributes attributes)
    {
        Check((int)Libc.Call(Syscall.fsconfig, _context.Number, Libc.FSCONFIG_CMD_CREATE), "create");
        long result = Libc.Call(Syscall.fsmount, _context.Number, Libc.FSMOUNT_CLOEXEC, (uint)attributes);
        Check((int)result, "attach");
        return FileDescriptor.High((int)result);
    }

    /// <inheritdoc />
    public void Dispose() => _context.Dispose();

    private int TrySet(uint command, string key, string? value, int auxiliary)
    {
        byte* name = stackalloc byte[Encoding.UTF8.GetMaxByteCount(key.Length) + 1];
        name[Encoding.UTF8.GetBytes(key, new Span<byte>(name, Encoding.UTF8.GetMaxByteCount(key.Length)))] = 0;
        fixed (byte* text = value is null ? null : Terminated(value))
            return (int)Libc.Call(Syscall.fsconfig, _context.Number, command, (nint)name, (nint)text, auxiliary);
    }

    private ContainerRuntimeException Failure(int errno, string subject)
    {
        string words = ReadMessages();
        return Errno.Failure(errno, $"mount {Type}", subject, words.Length == 0 ? null : words);
    }

    // One message a read, as "e overlay: text"; ENODATA at the end.
    private string ReadMessages()
    {
        List<string> messages = [];
        byte* buffer = stackalloc byte[MessageSize];
        while (messages.Count < MaxMessages)
        {
            nint length = Libc.read(_context.Number, buffer, MessageSize);
            if (length <= 2)
                break;
            messages.Add(Encoding.UTF8.GetString(buffer + 2, (int)length - 2).TrimEnd());
        }
        return string.Join("; ", messages);
    }

    private static byte[] Terminated(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
