using System.Diagnostics.CodeAnalysis;

namespace Coracle.Filesystem.Layers;

/// <summary>What is below a layer that lies on nothing.</summary>
internal sealed class NoLowerLayers : ILowerLayers
{
    internal static NoLowerLayers Instance { get; } = new();

    /// <inheritdoc />
    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file)
    {
        file = null;
        return false;
    }
}
