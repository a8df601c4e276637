namespace Coracle;

/// <summary>A file system to mount into a container. One of <see cref="BindMount"/>, <see cref="VolumeMount"/>,
/// <see cref="TmpfsMount"/>.</summary>
public abstract record ContainerMount
{
    private protected ContainerMount(string target) => Target = target;

    /// <summary>The absolute path in the container. Made if it does not exist.</summary>
    public string Target { get; init; }

    /// <summary>Whether the container can't write to it.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ReadOnly { get; init; }
}

/// <summary>A file or directory of the host, shared with the container.</summary>
public sealed record BindMount : ContainerMount
{
    /// <summary>Makes a bind mount.</summary>
    /// <param name="source">See <see cref="Source"/>.</param>
    /// <param name="target">The absolute path in the container.</param>
    public BindMount(string source, string target) : base(target) => Source = source;

    /// <summary>The absolute path on the host. It must exist.</summary>
    public string Source { get; init; }
}

/// <summary>A volume. Created on first use; an empty one gets what the image has in its place.</summary>
public sealed record VolumeMount : ContainerMount
{
    /// <summary>Makes a mount of a volume without a name. It belongs to its container: it is removed when the container is
    /// disposed of, when it removes itself (<see cref="ContainerSpec.AutoRemove"/>), or on request.</summary>
    /// <param name="target">The absolute path in the container.</param>
    public VolumeMount(string target) : base(target) { }

    /// <summary>Makes a volume mount.</summary>
    /// <param name="volume">See <see cref="Volume"/>.</param>
    /// <param name="target">The absolute path in the container.</param>
    public VolumeMount(string volume, string target) : base(target) => Volume = volume;

    /// <summary>The name of the volume; null for one of its own.</summary>
    public string? Volume { get; init; }
}

/// <summary>An empty file system in memory, gone when the container stops.</summary>
public sealed record TmpfsMount : ContainerMount
{
    /// <summary>Makes a tmpfs mount.</summary>
    /// <param name="target">The absolute path in the container.</param>
    public TmpfsMount(string target) : base(target) { }

    /// <summary>The size limit in bytes.</summary>
    /// <value>Default: null, for the kernel's (half of the memory).</value>
    public long? Size { get; init; }

    /// <summary>The permission bits of its root.</summary>
    /// <value>Default: 1777 octal.</value>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0x3FF;
}
