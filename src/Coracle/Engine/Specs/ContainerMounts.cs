using System.Security.Cryptography;

namespace Coracle.Engine.Specs;

/// <summary>
/// All mounts of a container: the caller's, each volume with a name, and a volume for each one that the image wants where the
/// caller mounts nothing.
/// </summary>
/// <param name="All">The mounts.</param>
/// <param name="Anonymous">The names of the volumes that were given a name here.</param>
internal sealed record ContainerMounts(IReadOnlyList<ContainerMount> All, IReadOnlyList<string> Anonymous)
{
    /// <summary>Merges.</summary>
    /// <exception cref="ContainerRuntimeException">The image wants a volume where none can be.</exception>
    internal static ContainerMounts Merge(ContainerSpec spec, ImageConfig image)
    {
        if (spec.Mounts.Count == 0 && image.Volumes.Count == 0)
            return new ContainerMounts([], []);
        List<ContainerMount> all = [];
        List<string> anonymous = [];
        HashSet<string> taken = [];
        foreach (ContainerMount mount in spec.Mounts)
            Add(mount);
        foreach (string target in image.Volumes)
            Add(new VolumeMount(target));
        return new ContainerMounts(all, anonymous);

        void Add(ContainerMount mount)
        {
            if (!taken.Add(TargetOf(mount)))
                return;
            if (mount is VolumeMount { Volume: null } volume)
            {
                string name = RandomNumberGenerator.GetHexString(64, lowercase: true);
                anonymous.Add(name);
                mount = volume with { Volume = name };
            }
            all.Add(mount);
        }
    }

    private static string TargetOf(ContainerMount mount) => SpecBuilder.ToSpecMount(mount, static _ => "").Destination;
}
