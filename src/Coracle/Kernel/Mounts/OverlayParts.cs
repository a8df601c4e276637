using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Mounts;

/// <summary>An overlay whose directories are open.</summary>
internal sealed record OverlayParts(
    Mount.Overlay Overlay, IReadOnlyList<FileDescriptor> Lowers, FileDescriptor? Upper, FileDescriptor? Work)
{
    /// <summary>
    /// Everything whose default a module parameter of the host could change is said, so that a layer means the same
    /// everywhere. Redirects and metadata-only copies are also a threat: an attribute in a layer would name a file of another.
    /// </summary>
    internal IEnumerable<(string Key, string? Value)> Options
    {
        get
        {
            yield return ("redirect_dir", "nofollow");
            yield return ("metacopy", "off");
            if (Upper is not null)
                yield return ("index", "off");

            // Layers of different file systems (EROFS beside ext4) keep one st_dev, which find -xdev and tar look at.
            yield return ("xino", "auto");
            if (Overlay.Volatile && Upper is not null)
                yield return ("volatile", null);
            if (Overlay.UserXattr)
                yield return ("userxattr", null);
        }
    }
}
