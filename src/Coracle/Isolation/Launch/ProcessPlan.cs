using Coracle.Isolation.Capabilities;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>The operations that turn the first process of a container, still the host's root, into what its spec says.</summary>
internal sealed class ProcessPlan
{
    private const uint DefaultMask = 0x12; // 022
    private const int OpenHowSize = 24;

    private readonly PlanBuilder _plan;
    private readonly SpecProcess _process;
    private readonly bool[] _nullStreams;
    private readonly CapabilityPlan _capabilities;
    private readonly ReadOnlyMemory<byte> _filter;
    private readonly uint _filterFlags;
    private readonly Cell _directory;
    private readonly Cell _entered;

    /// <param name="plan">Takes the operations.</param>
    /// <param name="process">The spec.</param>
    /// <param name="nullStreams">Which of the standard streams are the host's /dev/null.</param>
    /// <param name="host">The capabilities of this process.</param>
    /// <param name="filter">The compiled seccomp filter; empty for none.</param>
    /// <param name="filterFlags">The flags of seccomp(2).</param>
    internal ProcessPlan(
        PlanBuilder plan,
        SpecProcess process,
        bool[] nullStreams,
        HostCapabilities host,
        ReadOnlyMemory<byte> filter,
        uint filterFlags)
    {
        _plan = plan;
        _process = process;
        _nullStreams = nullStreams;
        _capabilities = new CapabilityPlan(plan, process.Capabilities, host);
        _filter = filter;
        _filterFlags = filterFlags;
        _directory = plan.NewCell();
        _entered = plan.NewCell();
    }

    private bool IsRoot => _process.User.Uid == 0;

    /// <summary>Replaces standard streams that are the host's /dev/null by the container's own: through the host's, root in the
    /// container could change the mode of the host's node.</summary>
    internal void ReplaceNull()
    {
        if (!_nullStreams.Contains(true))
            return;
        Cell opened = _plan.NewCell();
        _plan.Add(
            Syscall.openat, "open", "/dev/null",
            Libc.AT_FDCWD, _plan.Text("/dev/null"), Libc.O_RDWR | Libc.O_CLOEXEC).Into(opened);
        for (int stream = 0; stream < _nullStreams.Length; stream++)
        {
            if (_nullStreams[stream])
                _plan.Add(Syscall.dup3, "replace standard stream", null, opened, stream);
        }
    }

    /// <summary>What needs a writable /proc.</summary>
    internal void SetScore()
    {
        if (_process.OomScoreAdj is not { } score)
            return;
        string text = score.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Cell file = _plan.NewCell();
        _plan.Add(
            Syscall.openat, "open", "/proc/self/oom_score_adj",
            Libc.AT_FDCWD, _plan.Text("/proc/self/oom_score_adj"), Libc.O_WRONLY | Libc.O_CLOEXEC).Into(file);
        _plan.Add(Syscall.write, "set OOM score adjustment", text, file, _plan.Text(text), text.Length);
    }

    /// <summary>Limits, directory, user and groups.</summary>
    internal void ChangeUser()
    {
        SpecUser user = _process.User;
        _plan.Add(Syscall.umask, "set file mode mask", null, user.Umask ?? DefaultMask);
        EnterDirectory();
        if (!IsRoot)
        {
            // So that the program can open /dev/stdout, which is a path to a pipe of root.
            for (int stream = 0; stream < _nullStreams.Length; stream++)
            {
                if (!_nullStreams[stream])
                    _plan.Add(Syscall.fchown, "give standard stream to user", null, stream, user.Uid, uint.MaxValue).Ignore();
            }
        }

        SetLimits();
        _capabilities.LimitBounding();
        _capabilities.Keep();
        uint[] groups = [.. user.AdditionalGids];
        _plan.Add(Syscall.setgroups, "set groups", null, groups.Length, groups.Length > 0 ? _plan.Integers(groups) : 0);
        _plan.Add(Syscall.setresgid, "set group", null, user.Gid, user.Gid, user.Gid);
        _plan.Add(Syscall.setresuid, "set user", null, user.Uid, user.Uid, user.Uid);
        StagePlan.Hide(_plan); // setuid(2) takes it back
        EnterDirectoryAsUser();
    }

    /// <summary>Gives up the last privileges. <see cref="Filter"/> must follow.</summary>
    internal void Confine()
    {
        bool noNewPrivileges = _process.NoNewPrivileges;
        if (noNewPrivileges)
            _plan.Add(Syscall.prctl, "set no_new_privs", null, Libc.PR_SET_NO_NEW_PRIVS, 1);
        // Without no_new_privs, only CAP_SYS_ADMIN may set a filter: then it comes first, and the rest goes through it.
        if (!noNewPrivileges)
        {
            if (!_filter.IsEmpty && !IsRoot)
                _capabilities.KeepForFilter();
            SetFilter();
        }

        _capabilities.Drop();
    }

    /// <summary>The filter, if it was not set yet. After this, only what the filter lets through.</summary>
    internal void Filter()
    {
        if (_process.NoNewPrivileges)
            SetFilter();
    }

    // As root, who may raise them, and after the last file is opened, as there may be room for a few only.
    private void SetLimits()
    {
        foreach (SpecRlimit limit in _process.Rlimits)
        {
            _plan.Add(
                Syscall.prlimit64, "set limit", limit.Type,
                0, ResourceLimitName.NumberOf(limit.Type), _plan.Words(limit.Soft, limit.Hard));
        }
    }

    private void SetFilter()
    {
        if (_filter.IsEmpty)
            return;
        const int InstructionSize = 8;
        Operand program = _plan.Words(_filter.Length / InstructionSize, _plan.Bytes(_filter.Span));
        _plan.Add(Syscall.seccomp, "set system call filter", null, Libc.SECCOMP_SET_MODE_FILTER, _filterFlags, program);
    }

    // As root, so that a directory that is closed to the user will do; if root is refused (a network file system that trusts
    // nobody), once more as the user.
    private void EnterDirectory()
    {
        Label refused = _plan.NewLabel();
        Open().OnError(refused, Errno.EACCES);
        _plan.Add(Syscall.fchdir, ProgramFailure.DirectoryStep, _process.Cwd, _directory).OnError(refused, Errno.EACCES);
        _plan.Set(_entered, 1);
        _plan.Place(refused);
    }

    private void EnterDirectoryAsUser()
    {
        Label retry = _plan.NewLabel();
        Label done = _plan.NewLabel();
        _plan.Calculate("entered working directory?", _entered, 0, -1).OnZero(retry);
        _plan.Goto(done);
        _plan.Place(retry);
        Open();
        _plan.Add(Syscall.fchdir, ProgramFailure.DirectoryStep, _process.Cwd, _directory);
        _plan.Place(done);
    }

    // Not chdir(2): a magic link (/proc/self/fd/7) would lead out of the root, if a descriptor of the host were left open.
    private PlanBuilder Open() =>
        _plan.Add(
            Syscall.openat2, ProgramFailure.DirectoryStep, _process.Cwd, Libc.AT_FDCWD, _plan.Text(_process.Cwd),
            _plan.Words(Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0, Libc.RESOLVE_NO_MAGICLINKS), OpenHowSize).Into(_directory);
}
