using System.Collections.Frozen;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Rootfs;

/// <summary>The options of a mount of the runtime specification ("Linux mount options"), sorted by whom they are for.</summary>
internal sealed class MountOptions
{
    private const string RecursivePrefix = "r";

    // Options that set a flag, and those that take it back.
    private static readonly FrozenDictionary<string, (ulong Flag, bool Set)> Flags = new Dictionary<string, (ulong, bool)>
    {
        ["ro"] = (Libc.MS_RDONLY, true),
        ["rw"] = (Libc.MS_RDONLY, false),
        ["nosuid"] = (Libc.MS_NOSUID, true),
        ["suid"] = (Libc.MS_NOSUID, false),
        ["nodev"] = (Libc.MS_NODEV, true),
        ["dev"] = (Libc.MS_NODEV, false),
        ["noexec"] = (Libc.MS_NOEXEC, true),
        ["exec"] = (Libc.MS_NOEXEC, false),
        ["nosymfollow"] = (Libc.MS_NOSYMFOLLOW, true),
        ["symfollow"] = (Libc.MS_NOSYMFOLLOW, false),
        ["noatime"] = (Libc.MS_NOATIME, true),
        ["atime"] = (Libc.MS_NOATIME, false),
        ["nodiratime"] = (Libc.MS_NODIRATIME, true),
        ["diratime"] = (Libc.MS_NODIRATIME, false),
        ["relatime"] = (Libc.MS_RELATIME, true),
        ["norelatime"] = (Libc.MS_RELATIME, false),
        ["strictatime"] = (Libc.MS_STRICTATIME, true),
        ["nostrictatime"] = (Libc.MS_STRICTATIME, false),
        ["sync"] = (Libc.MS_SYNCHRONOUS, true),
        ["async"] = (Libc.MS_SYNCHRONOUS, false),
        ["dirsync"] = (Libc.MS_DIRSYNC, true),
        ["mand"] = (Libc.MS_MANDLOCK, true),
        ["nomand"] = (Libc.MS_MANDLOCK, false),
        ["lazytime"] = (Libc.MS_LAZYTIME, true),
        ["nolazytime"] = (Libc.MS_LAZYTIME, false),
        ["defaults"] = (0, true),
        ["silent"] = (0, true),
        ["loud"] = (0, true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ulong> Propagations = new Dictionary<string, ulong>
    {
        ["private"] = Libc.MS_PRIVATE,
        ["rprivate"] = Libc.MS_PRIVATE | Libc.MS_REC,
        ["shared"] = Libc.MS_SHARED,
        ["rshared"] = Libc.MS_SHARED | Libc.MS_REC,
        ["slave"] = Libc.MS_SLAVE,
        ["rslave"] = Libc.MS_SLAVE | Libc.MS_REC,
        ["unbindable"] = Libc.MS_UNBINDABLE,
        ["runbindable"] = Libc.MS_UNBINDABLE | Libc.MS_REC,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Flags of a mount: what a bind mount can have of its own. The others belong to the file system.
    private static readonly (ulong Flag, ulong Attribute)[] Attributes =
    [
        (Libc.MS_RDONLY, Libc.MOUNT_ATTR_RDONLY),
        (Libc.MS_NOSUID, Libc.MOUNT_ATTR_NOSUID),
        (Libc.MS_NODEV, Libc.MOUNT_ATTR_NODEV),
        (Libc.MS_NOEXEC, Libc.MOUNT_ATTR_NOEXEC),
        (Libc.MS_NOSYMFOLLOW, Libc.MOUNT_ATTR_NOSYMFOLLOW),
        (Libc.MS_NODIRATIME, Libc.MOUNT_ATTR_NODIRATIME),
        (Libc.MS_NOATIME, Libc.MOUNT_ATTR_NOATIME),
        (Libc.MS_STRICTATIME, Libc.MOUNT_ATTR_STRICTATIME),
    ];

    private readonly List<string> _data = [];
    private ulong _cleared;
    private ulong _recursiveSet;
    private ulong _recursiveCleared;

    private MountOptions() { }

    /// <summary>Flags of mount(2).</summary>
    internal ulong MountFlags { get; private set; }

    /// <summary>The flags of mount(2) that set the propagation; 0 to leave it.</summary>
    internal ulong Propagation { get; private set; }

    /// <summary>Whether it is a bind mount.</summary>
    internal bool IsBind { get; private set; }

    /// <summary>Whether mounts below the source of a bind mount come along.</summary>
    internal bool IsRecursive { get; private set; }

    /// <summary>What the file system itself is told, comma-separated.</summary>
    internal string Data => string.Join(',', _data);

    /// <summary>The attributes to set and to clear on a bind mount alone.</summary>
    internal (ulong Set, ulong Clear) TopAttributes => Translate(MountFlags, _cleared);

    /// <summary>The attributes to set and to clear on a bind mount and all below it.</summary>
    internal (ulong Set, ulong Clear) TreeAttributes => Translate(_recursiveSet, _recursiveCleared);

    /// <summary>Sorts options. Those that are in no table are the file system's own.</summary>
    /// <exception cref="ContainerRuntimeException">One is known and can't be done.</exception>
    internal static MountOptions Parse(IReadOnlyList<string> options)
    {
        MountOptions result = new();
        foreach (string option in options)
            result.Add(option);
        return result;
    }

    /// <summary>Makes it a bind mount, where the type says so and no option does.</summary>
    internal void BindRecursively() => IsBind = IsRecursive = true;

    private void Add(string option)
    {
        if (Flags.TryGetValue(option, out (ulong Flag, bool Set) known))
        {
            MountFlags = known.Set ? MountFlags | known.Flag : MountFlags & ~known.Flag;
            _cleared = known.Set ? _cleared & ~known.Flag : _cleared | known.Flag;
        }
        else if (Propagations.TryGetValue(option, out ulong propagation))
        {
            Propagation = propagation;
        }
        else if (option is "bind" or "rbind")
        {
            IsBind = true;
            IsRecursive = option == "rbind";
        }
        else if (option.StartsWith(RecursivePrefix, StringComparison.Ordinal)
            && Flags.TryGetValue(option[RecursivePrefix.Length..], out known) && IsAttribute(known.Flag))
        {
            _recursiveSet = known.Set ? _recursiveSet | known.Flag : _recursiveSet & ~known.Flag;
            _recursiveCleared = known.Set ? _recursiveCleared & ~known.Flag : _recursiveCleared | known.Flag;
        }
        else if (option is "tmpcopyup" or "idmap" or "ridmap" or "remount")
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported, $"mount option '{option}' is not supported");
        }
        else
        {
            _data.Add(option);
        }
    }

    private static bool IsAttribute(ulong flag) =>
        flag == Libc.MS_RELATIME || Attributes.Any(attribute => attribute.Flag == flag);

    private static (ulong Set, ulong Clear) Translate(ulong setFlags, ulong clearedFlags)
    {
        ulong set = 0;
        ulong clear = 0;
        foreach ((ulong flag, ulong attribute) in Attributes)
        {
            set |= (setFlags & flag) != 0 ? attribute : 0;
            clear |= (clearedFlags & flag) != 0 ? attribute : 0;
        }

        // The ways to keep access times exclude each other, and are one field: it is cleared whenever it is set.
        const ulong AccessTimes = Libc.MS_NOATIME | Libc.MS_STRICTATIME | Libc.MS_RELATIME;
        if (((setFlags | clearedFlags) & AccessTimes) != 0)
            clear |= Libc.MOUNT_ATTR__ATIME;
        return (set, clear);
    }
}
