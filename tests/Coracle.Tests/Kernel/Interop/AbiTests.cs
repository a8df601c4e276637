using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Coracle.Kernel.Interop;
using Coracle.TestSupport;

namespace Coracle.Tests.Kernel.Interop;

/// <summary>What this project says of the kernel's and libc's interface, held by a C compiler against their headers.</summary>
public sealed class AbiTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <stddef.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <poll.h>
        #include <sched.h>
        #include <signal.h>
        #include <spawn.h>
        #include <unistd.h>
        #include <stdio.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/file.h>
        #include <sys/inotify.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/uio.h>
        #include <sys/wait.h>
        #include <termios.h>
        #include <sys/ioctl.h>
        #include <sys/signalfd.h>
        #include <net/if.h>
        #include <netinet/in.h>
        #include <linux/mount.h>
        #include <linux/bpf.h>
        #include <linux/capability.h>
        #include <linux/close_range.h>
        #include <linux/keyctl.h>
        #include <linux/memfd.h>
        #include <linux/openat2.h>
        #include <linux/sched.h>
        #include <linux/prctl.h>
        #include <linux/seccomp.h>
        #ifndef MNT_DETACH
        #define MNT_DETACH 2 /* an enumerator of sys/mount.h, which can't be included beside linux/mount.h */
        #endif
        """;

    // Younger than the headers of Debian 12 (Linux 6.1): found where they are defined, and else taken on trust.
    private static readonly HashSet<string> MayBeUnknown =
        ["MFD_EXEC", "F_SEAL_EXEC", "PIDFD_INFO_EXIT", "PIDFD_GET_INFO", "PIDFD_GET_MNT_NAMESPACE"];

    // Those that C has no one name for: an expression of C each.
    private static readonly Dictionary<string, string> Expressions = new()
    {
        ["WALL"] = "__WALL",
        ["SIG_IGN"] = "(long)SIG_IGN",
        ["LINUX_CAPABILITY_VERSION_3"] = "_LINUX_CAPABILITY_VERSION_3",
        ["SizeOfCloneArguments"] = "sizeof(struct clone_args)",
        ["SizeOfSignalSet"] = "sizeof(sigset_t)",
        ["SizeOfTermios"] = "sizeof(struct termios)",
        ["SizeOfSigaction"] = "sizeof(struct sigaction)",
        ["OffsetOfSigactionFlags"] = "offsetof(struct sigaction, sa_flags)",
    };

    // Room for what the libc keeps to itself: at least that much.
    private static readonly Dictionary<string, string> Rooms = new()
    {
        ["SizeOfSpawnAttributes"] = "sizeof(posix_spawnattr_t)",
        ["SizeOfSpawnFileActions"] = "sizeof(posix_spawn_file_actions_t)",
    };

    [Fact]
    public async Task Constants_AreThoseOfTheHeaders()
    {
        StringBuilder source = new(Headers);
        int count = 0;
        foreach (FieldInfo constant in Constants())
        {
            string value = Convert.ToString(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)!;
            source.Append('\n').Append(AssertionOf(constant.Name, value));
            count++;
        }

        count.Should().BeGreaterThan(150);
        await CompileAsync(source.ToString());
    }

    [Theory]
    [InlineData(typeof(Libc.open_how), "struct open_how", "flags mode resolve")]
    [InlineData(typeof(Libc.mount_attr), "struct mount_attr", "attr_set attr_clr propagation userns_fd")]
    [InlineData(typeof(Libc.iovec), "struct iovec", "iov_base iov_len")]
    [InlineData(typeof(Libc.msghdr), "struct msghdr", "msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags")]
    [InlineData(typeof(Libc.cmsghdr), "struct cmsghdr", "cmsg_len cmsg_level cmsg_type")]
    [InlineData(typeof(Libc.timespec_t), "struct timespec", "tv_sec tv_nsec")]
    [InlineData(typeof(Libc.statx_timestamp), "struct statx_timestamp", "tv_sec tv_nsec")]
    [InlineData(typeof(Libc.statx_buffer), "struct statx",
        "stx_mask stx_blksize stx_attributes stx_nlink stx_uid stx_gid stx_mode stx_ino stx_size stx_blocks stx_attributes_mask "
        + "stx_atime stx_btime stx_ctime stx_mtime stx_rdev_major stx_rdev_minor stx_dev_major stx_dev_minor")]
    [InlineData(typeof(Libc.winsize), "struct winsize", "ws_row ws_col ws_xpixel ws_ypixel")]
    [InlineData(typeof(Libc.siginfo), "siginfo_t", "si_signo si_errno si_code si_pid si_uid si_status")]
    public async Task Structures_LieAsInTheHeaders(Type type, string name, string fields)
    {
        StringBuilder source = new(Headers);
        source.Append(CultureInfo.InvariantCulture, $"\n_Static_assert(sizeof({name}) == {SizeOf(type)}, \"size of {name}\");\n");
        foreach (string field in fields.Split(' '))
            source.Append(CultureInfo.InvariantCulture, $"_Static_assert(offsetof({name}, {field}) == {OffsetOf(type, field)}, \"{name}.{field}\");\n");
        type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Where(static field => field.IsAssembly).Select(static field => field.Name)
            .Should().BeEquivalentTo(fields.Split(' '), "every field that is used is held against the header");
        await CompileAsync(source.ToString());
    }

    [Fact]
    public async Task BpfAttributes_LieAsInTheHeaders()
    {
        StringBuilder source = new(Headers);
        foreach (Type type in (Type[])[typeof(Libc.bpf_attr_prog_load), typeof(Libc.bpf_attr_prog_attach)])
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
                source.Append(CultureInfo.InvariantCulture, $"\n_Static_assert(offsetof(union bpf_attr, {field.Name}) == {OffsetOf(type, field.Name)}, \"{field.Name}\");");
        }

        await CompileAsync(source.ToString());
    }

    [Fact]
    public async Task AWrongConstant_IsFound() =>
        await FluentActions.Awaiting(() => CompileAsync(Headers + "\n" + AssertionOf("O_CLOEXEC", "1")))
            .Should().ThrowAsync<Exception>().WithMessage("*O_CLOEXEC*");

    private static IEnumerable<FieldInfo> Constants() => typeof(Libc)
        .GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        .Where(static field => field.IsLiteral && field.FieldType != typeof(string));

    private static string AssertionOf(string name, string value)
    {
        if (Rooms.TryGetValue(name, out string? needed))
            return $"_Static_assert({needed} <= {value}, \"{name}\");";
        string assertion = $"_Static_assert((unsigned long)({Expressions.GetValueOrDefault(name, name)}) == (unsigned long)({value}L), \"{name}\");";
        return MayBeUnknown.Contains(name) ? $"#ifdef {name}\n{assertion}\n#endif" : assertion;
    }

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static nint OffsetOf(Type type, string field) => System.Runtime.InteropServices.Marshal.OffsetOf(type, field);

    private static async Task CompileAsync(string source)
    {
        Prerequisite.RequireTool("gcc");
        using TempDirectory directory = new();
        string file = Path.Combine(directory.Path, "abi.c");
        await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
        await Tool.RunAsync("gcc", ["-std=gnu11", "-fsyntax-only", file], TestContext.Current.CancellationToken);
    }
}
