using Coracle.Kernel.Handles;

namespace Coracle.Engine.Lifecycle;

/// <summary>The volumes of a container that starts.</summary>
internal sealed class VolumeStarter(EngineServices services, ManagedContainer container)
{
    /// <summary>The directory of a volume; the volume is made if it is missing.</summary>
    internal string PathOf(string volume)
    {
        bool anonymous = container.Record.AnonymousVolumes.Contains(volume);
        return services.Volumes.ContentOf(volume, anonymous, durable: container.IsDurable || !anonymous);
    }

    /// <summary>Fills the empty ones with what the image has in their place, when the container starts for the first time: what
    /// it deletes later stays deleted.</summary>
    internal async Task FillAsync(FileDescriptor root, CancellationToken cancellationToken)
    {
        VolumeMount[] mounts = [.. container.Record.Mounts.OfType<VolumeMount>()];
        if (mounts.Length == 0 || container.WasStarted)
            return;
        foreach (VolumeMount mount in mounts)
        {
            PathOf(mount.Volume!);
            await services.Volumes.FillAsync(mount.Volume!, root, mount.Target, cancellationToken).ConfigureAwait(false);
        }
    }
}
