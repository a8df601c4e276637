using System.Diagnostics.CodeAnalysis;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// The merged tree of the layers below the one that is being written, for the rare entry that needs it: a hard link to a file
/// that only a lower layer has, or a directory that the layer implies but does not list. Using it makes the layer depend on
/// what is below: it is then kept under its chain id.
/// </summary>
internal interface ILowerLayers
{
    /// <summary>Finds what the lower layers have at a path, without following a link in the last part.</summary>
    /// <param name="path">A path in the terms of <see cref="ILayerTreeWriter"/>.</param>
    /// <param name="file">What is there.</param>
    /// <returns>Whether anything is.</returns>
    bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out LowerFile? file);
}

/// <summary>A file of the lower layers.</summary>
/// <param name="Type">The type bits of its mode (S_IFMT).</param>
/// <param name="Metadata">Owner, mode, times, attributes.</param>
/// <param name="Size">The size of a regular file.</param>
/// <param name="Device">The device number of a device.</param>
/// <param name="OpenContent">Opens a regular file's content.</param>
/// <param name="LinkTarget">The target of a symbolic link.</param>
internal sealed record LowerFile(
    uint Type,
    EntryMetadata Metadata,
    long Size,
    ulong Device,
    Func<Stream> OpenContent,
    ReadOnlyMemory<byte> LinkTarget);
