using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Rootfs;

/// <summary>A mount of a spec, made ready for planning.</summary>
internal sealed class PlannedMount
{
    // The trees of the kernel's own file systems: nothing of the image shows in them.
    private static readonly string[] KernelTrees = ["/proc", "/sys", "/dev"];

    private PlannedMount(SpecMount mount)
    {
        Destination = Normalize(mount.Destination);
        Options = MountOptions.Parse(mount.Options);
        Type = mount.Type is null or "bind" || Options.IsBind ? "bind" : mount.Type;
        Source = mount.Source ?? "none";
        if (Type == "bind" && !Options.IsBind)
            Options.BindRecursively();
        if (Type == "bind" && !Path.IsPathRooted(Source))
            throw Invalid(mount.Destination, "the source of a bind mount must be an absolute path");
        if (mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 })
            throw new ContainerRuntimeException(RuntimeErrorKind.NotSupported, $"mount {Destination}: id-mapped mounts are not supported");
    }

    /// <summary>Where; absolute, without <c>.</c>, <c>..</c> and doubled slashes.</summary>
    internal string Destination { get; }

    internal string Type { get; }

    internal string Source { get; }

    internal MountOptions Options { get; }

    /// <summary>The descriptor of the tree of a bind mount.</summary>
    internal Cell Tree { get; set; }

    /// <summary>Whether the destination lies in one of the kernel's own trees.</summary>
    internal bool IsInKernelTree => KernelTrees.Any(tree => Destination == tree || PathPrefix.Contains(tree, Destination));

    /// <summary>The mounts in the order to make them: those on paths of the image first. The others don't lie on or below them, so
    /// nothing else changes.</summary>
    internal static List<PlannedMount> InOrder(IReadOnlyList<SpecMount> mounts)
    {
        PlannedMount[] planned = [.. mounts.Select(static mount => new PlannedMount(mount))];
        return [.. planned.Where(static mount => !mount.IsInKernelTree), .. planned.Where(static mount => mount.IsInKernelTree)];
    }

    private static string Normalize(string destination)
    {
        if (!Path.IsPathRooted(destination))
            throw Invalid(destination, "the destination must be an absolute path");
        string full = Path.GetFullPath(destination).TrimEnd('/');
        return full.Length > 0 ? full : throw Invalid(destination, "the root can't be mounted over");
    }

    private static ContainerRuntimeException Invalid(string destination, string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"mount {destination}: {reason}");
}
