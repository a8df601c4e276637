using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Snapshots;
using Coracle.Isolation.Cgroups;
using Coracle.Kernel.Probing;
using Coracle.State;

namespace Coracle.Engine;

/// <summary>What this host allows, in the contract's terms. The parts have probed it; nothing is asked twice.</summary>
internal sealed class FeatureReport(
    StateDirectories directories, CgroupManager cgroups, LayerStore layers, Snapshotter snapshots)
{
    internal async ValueTask<RuntimeFeatures> GetAsync()
    {
        KernelFeatures kernel = KernelFeatures.Current;
        string? erofs = await layers.GetErofsProblemAsync().ConfigureAwait(false);
        ContainerRuntimeException? overlay = snapshots.FindOverlayProblem(directories.Containers);
        return new RuntimeFeatures
        {
            Backend = "coracle",
            KernelRelease = kernel.Release,
            Platform = Platform.Host,
            Rootless = !kernel.IsRoot || kernel.InUserNamespace,
            Cgroups = cgroups.Layout,
            CgroupControllers = cgroups.Controllers,
            Overlay = overlay is null,
            Erofs = erofs is null,
            Seccomp = kernel.Seccomp == Availability.Available,
            Remarks = [.. kernel.Remarks, .. cgroups.Remarks],
        };
    }
}
