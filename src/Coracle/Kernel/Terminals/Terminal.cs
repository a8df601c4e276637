using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Terminals;

/// <summary>Terminals (tty_ioctl(4)), by descriptor.</summary>
internal static unsafe class Terminal
{
    /// <summary>Whether this is the master side of a pseudo-terminal.</summary>
    internal static bool IsMaster(FileDescriptor descriptor)
    {
        uint number;
        return Libc.ioctl(descriptor.Number, Libc.TIOCGPTN, &number) == 0;
    }

    /// <summary>Another descriptor of a standard stream of this process.</summary>
    internal static FileDescriptor StandardStream(int number) =>
        FileDescriptor.FromResult(Libc.fcntl(number, Libc.F_DUPFD_CLOEXEC, 0), "duplicate standard stream");

    /// <summary>The size; null if the descriptor is no terminal.</summary>
    internal static TerminalSize? SizeOf(FileDescriptor terminal)
    {
        Libc.winsize size;
        return Libc.ioctl(terminal.Number, Libc.TIOCGWINSZ, &size) == 0 ? new TerminalSize(size.ws_col, size.ws_row) : null;
    }

    /// <summary>Sets the size. If it differs, the programs in the foreground get SIGWINCH.</summary>
    internal static void Resize(FileDescriptor terminal, TerminalSize size)
    {
        Libc.winsize native = Native(size);
        if (Libc.ioctl(terminal.Number, Libc.TIOCSWINSZ, &native) != 0)
            throw Errno.LastFailure("resize terminal", size.ToString());
    }

    /// <summary>The size as the kernel takes it.</summary>
    internal static byte[] Encode(TerminalSize size)
    {
        Libc.winsize native = Native(size);
        return new ReadOnlySpan<byte>(&native, sizeof(Libc.winsize)).ToArray();
    }

    /// <summary>The settings; null if the descriptor is no terminal.</summary>
    internal static byte[]? SettingsOf(FileDescriptor terminal)
    {
        byte[] settings = new byte[Libc.SizeOfTermios];
        fixed (byte* native = settings)
            return Libc.tcgetattr(terminal.Number, native) == 0 ? settings : null;
    }

    /// <summary>Settings under which every byte goes through as it is (cfmakeraw(3)).</summary>
    internal static byte[] RawFrom(byte[] settings)
    {
        byte[] raw = [.. settings];
        fixed (byte* native = raw)
            Libc.cfmakeraw(native);
        return raw;
    }

    /// <summary>Puts settings into force, when what was written is on its way.</summary>
    internal static void Set(FileDescriptor terminal, byte[] settings)
    {
        fixed (byte* native = settings)
        {
            if (Libc.tcsetattr(terminal.Number, Libc.TCSADRAIN, native) != 0)
                throw Errno.LastFailure("set terminal mode");
        }
    }

    private static Libc.winsize Native(TerminalSize size) =>
        new() { ws_col = Clamp(size.Columns), ws_row = Clamp(size.Rows) };

    private static ushort Clamp(int characters) => (ushort)Math.Clamp(characters, 0, ushort.MaxValue);
}
