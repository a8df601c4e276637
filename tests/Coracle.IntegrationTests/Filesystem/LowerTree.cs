using System.Diagnostics.CodeAnalysis;
using System.Text;
using Coracle.Filesystem.Layers;

namespace Coracle.IntegrationTests.Filesystem;

/// <summary>The layers below, as a test wants them.</summary>
internal sealed class LowerTree : ILowerLayers
{
    private readonly Dictionary<string, LowerFile> _files = [];

    internal int Asked { get; private set; }

    internal void AddDirectory(string path, uint mode, uint owner) =>
        _files[path] = new LowerFile(0x4000, Metadata(mode, owner, []), 0, 0, () => Stream.Null, default);

    internal void AddFile(string path, string content, uint mode, uint owner) => _files[path] = new LowerFile(
        0x8000,
        Metadata(mode, owner, [new ExtendedAttribute("user.lower", new byte[] { 1 })]),
        content.Length,
        0,
        () => new MemoryStream(Encoding.UTF8.GetBytes(content)),
        default);

    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file)
    {
        Asked++;
        return _files.TryGetValue(Encoding.UTF8.GetString(path), out file);
    }

    private static EntryMetadata Metadata(uint mode, uint owner, ExtendedAttribute[] xattrs) =>
        new(mode, owner, owner, 1234, 5, xattrs);
}
