namespace Coracle.Filesystem.Layers.Tar;

/// <summary>What an archive may ask of us. Whoever made it may mean us harm.</summary>
internal static class TarLimits
{
    /// <summary>Bytes of one extended header or long name: the limit of Go's archive/tar, which every peer reads with.</summary>
    internal const int MaxHeaderData = 1024 * 1024;

    /// <summary>Bytes of a path: one less than PATH_MAX, so that the kernel takes it in one piece.</summary>
    internal const int MaxPath = 4095;

    /// <summary>Bytes of one part of a path (NAME_MAX).</summary>
    internal const int MaxName = 255;

    /// <summary>Entries of one layer. The largest real images have below two million files in all.</summary>
    internal const long MaxEntries = 10_000_000;

    /// <summary>Bytes of one file, holes included: what ext4 takes. A hole costs nothing in the archive.</summary>
    internal const long MaxFileSize = 16L << 40;

    /// <summary>Pieces of data of one sparse file: 2 MiB of memory.</summary>
    internal const int MaxSparseRegions = 128 * 1024;

    /// <summary>Bytes of the name of an extended attribute (XATTR_NAME_MAX).</summary>
    internal const int MaxXattrName = 255;

    /// <summary>Bytes of the value of an extended attribute (XATTR_SIZE_MAX).</summary>
    internal const int MaxXattrValue = 64 * 1024;

    /// <summary>The largest major and minor device number that the kernel has (linux/kdev_t.h).</summary>
    internal const uint MaxMajor = (1 << 12) - 1;

    /// <inheritdoc cref="MaxMajor"/>
    internal const uint MaxMinor = (1 << 20) - 1;
}
