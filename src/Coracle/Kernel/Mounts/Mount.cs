using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Mounts;

/// <summary>
/// A file system to be mounted, as a value: the word that Filesystem (which says what a root is made of) and Isolation (which
/// puts it in place) share. A closed set.
/// </summary>
internal abstract record Mount
{
    private Mount() { }

    /// <summary>A file or directory of the host, seen at a second place.</summary>
    /// <param name="Source">The absolute path.</param>
    /// <param name="Attributes">Attributes of the new mount.</param>
    /// <param name="Recursive">Whether mounts below the source come along, and get the attributes too.</param>
    internal sealed record Bind(string Source, MountAttributes Attributes = MountAttributes.None, bool Recursive = true) : Mount;

    /// <summary>A new file system of some type.</summary>
    /// <param name="Type">The kernel's name of the type, for example <c>tmpfs</c>.</param>
    /// <param name="Source">The source shown in mountinfo.</param>
    /// <param name="Attributes">Attributes of the mount.</param>
    /// <param name="Options">Parameters of the file system; a null value is a flag.</param>
    internal sealed record New(
        string Type,
        string Source,
        MountAttributes Attributes,
        IReadOnlyList<(string Key, string? Value)> Options) : Mount;

    /// <summary>Layers under a writable directory, or read-only without one.</summary>
    /// <param name="Lowers">The layers, the topmost first.</param>
    /// <param name="Upper">The writable directory; null for a read-only view.</param>
    /// <param name="Work">The work directory beside <paramref name="Upper"/>, on the same file system.</param>
    /// <param name="Volatile">Whether nothing need survive a crash of the machine: no sync at unmount.</param>
    /// <param name="UserXattr">Whether overlay's marks are <c>user.*</c> attributes (in a user namespace).</param>
    internal sealed record Overlay(
        IReadOnlyList<LowerLayer> Lowers, string? Upper, string? Work, bool Volatile = false, bool UserXattr = false) : Mount;

    /// <summary>A mount that exists already, detached; it is attached as it is.</summary>
    /// <param name="Descriptor">The descriptor that fsmount(2) or open_tree(2) gave. Not owned.</param>
    internal sealed record Detached(FileDescriptor Descriptor) : Mount;
}

/// <summary>One layer of an overlay. A closed set.</summary>
internal abstract record LowerLayer
{
    private LowerLayer() { }

    /// <summary>A directory.</summary>
    /// <param name="Path">The absolute path.</param>
    internal sealed record Directory(string Path) : LowerLayer;

    /// <summary>The root of a mount that this process holds open.</summary>
    /// <param name="Descriptor">The descriptor. Not owned.</param>
    internal sealed record Opened(FileDescriptor Descriptor) : LowerLayer;
}

/// <summary>The attributes of a mount (mount_setattr(2), MOUNT_ATTR_*). The values are the kernel's.</summary>
[Flags]
internal enum MountAttributes
{
    None = 0,
    ReadOnly = 0x01,
    NoSuid = 0x02,
    NoDev = 0x04,
    NoExec = 0x08,
    NoAtime = 0x10,
    StrictAtime = 0x20,
    NoSymlinkFollow = 0x200000,
}
