using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Processes;

/// <summary>Starts a program with an empty environment and nothing but the descriptors that it is given.</summary>
/// <remarks>posix_spawn(3) shares this process's memory until the program is executed, so its cost does not depend on how much
/// memory this process has, and no page of it is write-protected as fork(2) does.</remarks>
internal static unsafe class Spawner
{
    private static readonly byte[] Attributes = MakeAttributes();

    private static readonly Lazy<FileDescriptor> OwnNamespace = new(static () => FileDescriptor.FromResult(
        Libc.openat(Libc.AT_FDCWD, "/proc/self/ns/pid", Libc.O_RDONLY | Libc.O_CLOEXEC, 0), "open pid namespace"));

    /// <summary>Starts the program; returns its pid. The caller must reap it.</summary>
    /// <param name="executable">The program.</param>
    /// <param name="name">Its <c>argv[0]</c>.</param>
    /// <param name="pidNamespace">A process whose pid namespace it is born in; null for that of this process.</param>
    /// <param name="descriptors">What it gets as 0, 1, 2 and so on. Their numbers here must be above that.</param>
    internal static int Spawn(
        FileDescriptor executable, string name, FileDescriptor? pidNamespace, ReadOnlySpan<FileDescriptor> descriptors)
    {
        byte* actions = stackalloc byte[Libc.SizeOfSpawnFileActions];
        byte* path = stackalloc byte[32];
        byte* argument = stackalloc byte[(name.Length * 3) + 1];
        byte** argv = stackalloc byte*[] { argument, null };
        byte* environment = null;
        bool held = false; // another thread may end the namespace meanwhile, and its number must not become another's
        Terminate(path, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{executable.Number}"), new Span<byte>(path, 31)));
        Terminate(argument, Encoding.UTF8.GetBytes(name, new Span<byte>(argument, name.Length * 3)));
        Check(Libc.posix_spawn_file_actions_init(actions), name);
        try
        {
            for (int i = 0; i < descriptors.Length; i++)
                Check(Libc.posix_spawn_file_actions_adddup2(actions, Above(descriptors[i], descriptors.Length), i), name);
            int pid;
            fixed (byte* attributes = Attributes)
            {
                pidNamespace?.DangerousAddRef(ref held);
                Check(
                    pidNamespace is null
                        ? Libc.posix_spawn(&pid, path, actions, attributes, argv, &environment)
                        : SpawnIn(pidNamespace.Number, OwnNamespace.Value.Number, &pid, path, actions, attributes, argv, &environment),
                    name);
            }

            return pid;
        }
        finally
        {
            if (held)
                pidNamespace!.DangerousRelease();
            _ = Libc.posix_spawn_file_actions_destroy(actions);
        }
    }

    // The namespace of its children is a property of the thread: it is set and taken back around the one call. Nothing else may
    // happen in between that makes a thread (it would fail) or a process: so no allocation, no call of a method that the
    // runtime may want to compile, and the bindings are bare.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int SpawnIn(
        int pidNamespace, int own, int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** environment)
    {
        if (Libc.setns(pidNamespace, (int)Libc.CLONE_NEWPID) != 0)
            return Marshal.GetLastSystemError();
        int result = Libc.posix_spawn(pid, path, actions, attributes, argv, environment);
        if (Libc.setns(own, (int)Libc.CLONE_NEWPID) != 0)
            Environment.FailFast("a thread can't return to the pid namespace of its process");
        return result;
    }

    private static void Terminate(byte* text, int length) => text[length] = 0;

    // A descriptor that lies in the way of another's new number would be overwritten before it is copied.
    private static int Above(FileDescriptor descriptor, int count) => descriptor.Number >= count
        ? descriptor.Number
        : throw new ArgumentException($"descriptor {descriptor.Number} lies among the {count} that the program gets");

    private static void Check(int errno, string name)
    {
        if (errno != 0)
            throw Errno.Failure(errno, "start program", name);
    }

    private static byte[] MakeAttributes()
    {
        // .NET ignores SIGPIPE, and others may have been inherited as ignored: everything starts at its default here.
        byte[] attributes = GC.AllocateArray<byte>(Libc.SizeOfSpawnAttributes, pinned: true);
        byte* signals = stackalloc byte[Libc.SizeOfSignalSet];
        fixed (byte* native = attributes)
        {
            Check(Libc.posix_spawnattr_init(native), "attributes");
            Check(Libc.posix_spawnattr_setflags(native, Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK), "attributes");
            new Span<byte>(signals, Libc.SizeOfSignalSet).Fill(0xFF);
            Check(Libc.posix_spawnattr_setsigdefault(native, signals), "attributes");
            new Span<byte>(signals, Libc.SizeOfSignalSet).Clear();
            Check(Libc.posix_spawnattr_setsigmask(native, signals), "attributes");
        }

        return attributes;
    }
}
