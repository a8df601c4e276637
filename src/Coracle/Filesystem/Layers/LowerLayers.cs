using System.Diagnostics.CodeAnalysis;
using Coracle.Distribution.Images;
using Coracle.Kernel.Handles;

namespace Coracle.Filesystem.Layers;

/// <summary>The layers below one that is being received. Nothing is opened before the first question.</summary>
internal sealed class LowerLayers(LayerStore store, LayerDescriptor? parent, CancellationToken cancellationToken)
    : ILowerLayers, IDisposable
{
    private readonly List<FileDescriptor> _roots = [];
    private MergedTree? _tree;

    /// <summary>Whether the layer depends on what is below it.</summary>
    internal bool WereAsked => _tree is not null;

    /// <inheritdoc />
    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file) =>
        (_tree ??= Open()).TryFind(path, out file);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (FileDescriptor root in _roots)
            root.Dispose();
    }

    private MergedTree Open()
    {
        for (LayerDescriptor? layer = parent; layer is not null; layer = layer.Parent)
            _roots.Add(store.OpenRootWhenReceived(layer, cancellationToken));
        return new MergedTree(_roots, store.UserXattr);
    }
}
