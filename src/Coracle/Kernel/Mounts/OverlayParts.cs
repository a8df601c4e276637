using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Kernel.Mounts;

/// <summary>An overlay whose directories are open.</summary>
internal sealed class OverlayParts : IDisposable
{
    private readonly List<FileDescriptor> _owned = [];
    private readonly List<FileDescriptor> _lowers = [];

    /// <summary>The layers, the topmost first.</summary>
    internal IReadOnlyList<FileDescriptor> Lowers => _lowers;

    internal FileDescriptor? Upper { get; private set; }

    internal FileDescriptor? Work { get; private set; }

    /// <summary>
    /// Everything whose default a module parameter of the host could change is said, so that a layer means the same
    /// everywhere. Redirects and metadata-only copies are also a threat: an attribute in a layer would name a file of another.
    /// </summary>
    internal static IEnumerable<(string Key, string? Value)> OptionsOf(Mount.Overlay overlay)
    {
        yield return ("redirect_dir", "nofollow");
        yield return ("metacopy", "off");
        if (overlay.Upper is not null)
            yield return ("index", "off");

        // Layers of different file systems (EROFS beside ext4) keep one st_dev, which find -xdev and tar look at.
        yield return ("xino", "auto");
        if (overlay is { Volatile: true, Upper: not null })
            yield return ("volatile", null);
        if (overlay.UserXattr)
            yield return ("userxattr", null);
    }

    /// <summary>Opens the directories, in the mount namespace of the calling thread.</summary>
    internal static OverlayParts Open(Mount.Overlay overlay)
    {
        OverlayParts parts = new();
        try
        {
            foreach (LowerLayer layer in overlay.Lowers)
            {
                parts._lowers.Add(layer switch
                {
                    LowerLayer.Directory directory => parts.Open(directory.Path),
                    LowerLayer.Opened opened => opened.Descriptor,
                    _ => throw new ArgumentException($"unknown kind of layer: {layer}", nameof(overlay)),
                });
            }
            if (overlay is { Upper: { } upper, Work: { } work })
                (parts.Upper, parts.Work) = (parts.Open(upper), parts.Open(work));
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (FileDescriptor descriptor in _owned)
            descriptor.Dispose();
    }

    private FileDescriptor Open(string path)
    {
        int result = At.Open(
            At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_PATH | Libc.O_DIRECTORY, out FileDescriptor? opened);
        if (opened is null)
            throw Errno.Failure(-result, "open layer", path);
        _owned.Add(opened);
        return opened;
    }
}
