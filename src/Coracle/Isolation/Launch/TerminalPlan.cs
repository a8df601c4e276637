using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Launch.Stub;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Terminals;

namespace Coracle.Isolation.Launch;

/// <summary>
/// The operations that give a program a terminal: a pair of the container's own devpts, so that its name is right inside. The
/// master side goes to the host, the other becomes the standard streams.
/// </summary>
internal sealed class TerminalPlan
{
    private const string Multiplexer = "/dev/pts/ptmx";
    private const string Console = "/dev/console";
    private const int OpenHowSize = 24;
    private const uint ConsoleMode = 0x8190; // S_IFREG | 0620
    private const int ReadWrite = Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC;
    private const ulong NoLinks = Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS;

    // A control message with one descriptor, behind a header {length, level, type}: cmsg(3).
    private const int HeaderLength = 16;
    private const int MessageLength = 20;
    private const int MessageSpace = 24;
    private const int StandardStreams = 3;

    private readonly PlanBuilder _plan;
    private readonly SpecConsoleSize? _size;
    private readonly Cell _attached;
    private readonly Cell _master;

    internal TerminalPlan(PlanBuilder plan, SpecConsoleSize? size)
    {
        _plan = plan;
        _size = size;
        _attached = plan.NewCell(MessageSpace / Cell.Size);
        _master = new Cell(_attached.Offset + HeaderLength);
    }

    /// <summary>Makes the pair, sends the master side to the host, and puts the other in place of the standard streams. Among
    /// the container's mounts.</summary>
    internal void Open()
    {
        Cell own = _plan.NewCell();
        OpenAt(Multiplexer, ReadWrite, "open").Into(_master);
        _plan.Add(Syscall.ioctl, "unlock terminal", null, _master, Libc.TIOCSPTLCK, _plan.Words(0));
        if (_size is { } size)
        {
            TerminalSize wanted = new((int)size.Width, (int)size.Height);
            _plan.Add(Syscall.ioctl, "set terminal size", wanted.ToString(), _master, Libc.TIOCSWINSZ, _plan.Bytes(Terminal.Encode(wanted)));
        }

        // By the descriptor and not by its name, which somebody in the container could have taken.
        _plan.Add(Syscall.ioctl, "open own side of terminal", null, _master, Libc.TIOCGPTPEER, ReadWrite).Into(own);
        for (int stream = 0; stream < StandardStreams; stream++)
            _plan.Add(Syscall.dup3, "put terminal in place of standard stream", null, own, stream);
        _plan.Add(Syscall.close, "close terminal", null, own);
        Send();
        _plan.Add(Syscall.close, "close master side of terminal", null, _master);
    }

    /// <summary>Makes it the controlling terminal. In the leader of a session that has none.</summary>
    internal void Claim() => _plan.Add(Syscall.ioctl, "claim terminal", null, 0, Libc.TIOCSCTTY, 0);

    /// <summary>Makes it the container's console.</summary>
    internal void BindConsole()
    {
        Cell tree = _plan.NewCell();
        Cell target = _plan.NewCell();
        _plan.Add(Syscall.mknodat, "create mount point", Console, Libc.AT_FDCWD, _plan.Text(Console), ConsoleMode).Ignore(Errno.EEXIST);
        _plan.Add(
            Syscall.open_tree, "bind terminal", Console,
            0, _plan.Text(""), Libc.OPEN_TREE_CLONE | Libc.OPEN_TREE_CLOEXEC | (uint)Libc.AT_EMPTY_PATH).Into(tree);
        OpenAt(Console, Libc.O_PATH | Libc.O_CLOEXEC, "open mount point").Into(target);
        _plan.Add(
            Syscall.move_mount, "attach", Console,
            tree, _plan.Text(""), target, _plan.Text(""), Libc.MOVE_MOUNT_F_EMPTY_PATH | Libc.MOVE_MOUNT_T_EMPTY_PATH);
        _plan.Add(Syscall.close, "close mount", Console, tree);
        _plan.Add(Syscall.close, "close mount point", Console, target);
    }

    private PlanBuilder OpenAt(string path, int flags, string step) =>
        _plan.Add(
            Syscall.openat2, step, path,
            Libc.AT_FDCWD, _plan.Text(path), _plan.Words(flags, 0, NoLinks), OpenHowSize);

    private void Send()
    {
        _plan.Set(_attached, MessageLength);
        _plan.Set(new Cell(_attached.Offset + Cell.Size), Libc.SOL_SOCKET | (long)Libc.SCM_RIGHTS << 32);
        Operand text = _plan.Words(_plan.Words(LaunchMessage.Word(LaunchMessageKind.Terminal), 0), LaunchMessage.EventLength);
        _plan.Add(
            Syscall.sendmsg, "send terminal", null,
            StubDescriptors.Control, _plan.Words(0, 0, text, 1, Operand.AddressOf(_attached), MessageSpace, 0), 0);
    }
}
