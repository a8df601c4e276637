using Coracle.Filesystem.Layers;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Filesystem.Snapshots;

/// <summary>A root file system that is ready to be mounted. It holds its layers: dispose it when it is mounted, or not wanted.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly IReadOnlyList<Layer> _layers;

    internal Snapshot(Mount root, IReadOnlyList<Layer> layers) => (Root, _layers) = (root, layers);

    /// <summary>The root, as long as this object lives.</summary>
    internal Mount Root { get; }

    /// <summary>Mounts the root, detached. The caller owns the descriptor, which needs the snapshot no longer.</summary>
    internal FileDescriptor Mount() => MountFactory.Create(Root);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Layer layer in _layers)
            layer.Dispose();
    }
}
