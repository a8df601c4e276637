using System.Diagnostics.CodeAnalysis;
using Coracle.Filesystem.Layers;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>Nothing is below.</summary>
internal sealed class NoLowerLayers : ILowerLayers
{
    internal static NoLowerLayers Instance { get; } = new();

    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file)
    {
        file = null;
        return false;
    }
}
