using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Filesystem.Layers;

/// <summary>An unpacked layer, held so that it can be mounted or looked at.</summary>
internal sealed class Layer : IDisposable
{
    private readonly LayerMount? _mount;

    /// <param name="path">The directory, or the EROFS image.</param>
    /// <param name="mount">The mount of the image; null for a directory.</param>
    internal Layer(string path, LayerMount? mount) => (Path, _mount) = (path, mount);

    /// <summary>Where it lies.</summary>
    internal string Path { get; }

    /// <summary>The layer as a part of an overlay, as long as this object lives.</summary>
    internal LowerLayer Lower => _mount is null ? new LowerLayer.Directory(Path) : new LowerLayer.Opened(_mount.Descriptor);

    /// <summary>Opens the root of the layer's tree. The caller owns the descriptor.</summary>
    internal FileDescriptor OpenRoot() => _mount is null
        ? LayerStore.OpenDirectory(Path)
        : _mount.Descriptor.Duplicate();

    /// <inheritdoc />
    public void Dispose() => _mount?.Release();
}
