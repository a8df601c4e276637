using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

// Opening of mount points, and making of those that are missing.
internal sealed partial class RootfsPlan
{
    private const int OpenHowSize = 24;
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644

    // A mount point must be what its path says: a link that the kernel makes up would lead to an open file, of the host perhaps.
    private const ulong NoMagic = Libc.RESOLVE_NO_MAGICLINKS;
    private const ulong NoLinks = Libc.RESOLVE_NO_MAGICLINKS | Libc.RESOLVE_NO_SYMLINKS;

    /// <summary>Opens a mount point into the target cell; makes it if it is missing.</summary>
    /// <param name="path">Where.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    /// <param name="followLinks">Whether it may be reached over symbolic links, as <c>/var/run</c> in most images. They lead to
    /// places in the root alone.</param>
    private void OpenMountPoint(string path, bool isDirectory, bool followLinks)
    {
        ulong resolve = followLinks ? NoMagic : NoLinks;
        int kind = isDirectory ? Libc.O_DIRECTORY : 0;
        if (IsOfKernel(path))
        {
            Open(path, Libc.O_PATH | kind, resolve); // nothing can be made there
            return;
        }

        Label make = _plan.NewLabel();
        Label done = _plan.NewLabel();
        Open(path, Libc.O_PATH | kind, resolve).OnError(make, Errno.ENOENT);
        _plan.Goto(done);
        _plan.Place(make);
        string? parent = MakeParents(path, resolve);
        if (isDirectory)
            MakeDirectory(path, parent);
        else
            MakeFile(path, parent, resolve);
        Open(path, Libc.O_PATH | kind, resolve);
        _plan.Place(done);
    }

    private PlanBuilder Open(string path, int flags, ulong resolve, uint mode = 0, string step = "open mount point") =>
        _plan.Add(
            Syscall.openat2, step, path,
            Libc.AT_FDCWD, _plan.Text(path), _plan.Words(flags | Libc.O_CLOEXEC, mode, resolve), OpenHowSize).Into(_target);

    // Leaves the directory of the path in the target cell; null if that is the root. Each is made inside of one that was opened
    // without magic links: a path of several names would be followed by mkdirat(2) without asking.
    private string? MakeParents(string path, ulong resolve)
    {
        string? parent = null;
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            string directory = path[..slash];
            MakeDirectory(directory, parent);
            Open(directory, Libc.O_PATH | Libc.O_DIRECTORY, resolve);
            parent = directory;
        }

        return parent;
    }

    private void MakeDirectory(string path, string? parent) =>
        _plan.Add(
            Syscall.mkdirat, "make directory", path,
            DirectoryOf(parent), _plan.Text(NameIn(path, parent)), DirectoryMode).Ignore(Errno.EEXIST);

    private void MakeFile(string path, string? parent, ulong resolve)
    {
        // A link whose target is missing (/etc/resolv.conf of some distributions) is followed if the target can be made, and
        // replaced if not even its directory is there.
        const int Flags = Libc.O_CREAT | Libc.O_WRONLY | Libc.O_NOCTTY | Libc.O_NONBLOCK;
        Cell directory = _plan.NewCell();
        Label replace = _plan.NewLabel();
        Label made = _plan.NewLabel();
        if (parent is not null)
            _plan.Set(directory, _target);
        Open(path, Flags, resolve, FileMode, "make mount point").OnError(replace, Errno.ENOENT);
        _plan.Goto(made);
        _plan.Place(replace);
        _plan.Add(
            Syscall.unlinkat, "remove dangling link", path,
            parent is null ? Libc.AT_FDCWD : directory, _plan.Text(NameIn(path, parent)));
        Open(path, Flags, resolve, FileMode, "make mount point");
        _plan.Place(made);
    }

    private Operand DirectoryOf(string? parent) => parent is null ? Libc.AT_FDCWD : _target;

    private static string NameIn(string path, string? parent) => parent is null ? path : path[(parent.Length + 1)..];
}
