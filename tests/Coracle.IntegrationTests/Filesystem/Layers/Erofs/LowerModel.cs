using System.Diagnostics.CodeAnalysis;
using System.Text;
using Coracle.Filesystem.Layers;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>Lower layers that have what a test gave them.</summary>
internal sealed class LowerModel : ILowerLayers
{
    private readonly Dictionary<string, LowerFile> _files = [];

    /// <summary>The paths that were asked for.</summary>
    internal List<string> Asked { get; } = [];

    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file)
    {
        string text = Encoding.Latin1.GetString(path);
        Asked.Add(text);
        return _files.TryGetValue(text, out file);
    }

    internal void Add(string path, LowerFile file) => _files.Add(path, file);
}
