namespace Coracle.Distribution;

/// <summary>What is accepted from registries and images at most. Everything from outside is bounded.</summary>
internal static class Limits
{
    /// <summary>Bytes of a manifest, an index or a configuration: what the distribution specification asks registries to
    /// accept, and other clients stop at.</summary>
    internal const int DocumentBytes = 4 * 1024 * 1024;

    /// <summary>Layers of an image: overlay takes 500 lower layers (OVL_MAX_STACK in the kernel).</summary>
    internal const int Layers = 500;

    /// <summary>Entries of an image index.</summary>
    internal const int IndexEntries = 4096;

    /// <summary>Indexes within indexes.</summary>
    internal const int IndexDepth = 4;

    /// <summary>Nesting of JSON. Real documents stay below ten.</summary>
    internal const int JsonDepth = 32;

    /// <summary>Bytes read of the body of an error answer.</summary>
    internal const int ErrorBytes = 64 * 1024;

    /// <summary>Bytes of the answer of a token server. Tokens of several kilobytes are normal.</summary>
    internal const int TokenBytes = 256 * 1024;

    /// <summary>Bytes of a layer's blob: far above any real one, far below where sums overflow.</summary>
    internal const long BlobBytes = 1L << 42;

    /// <summary>Redirects followed for one request.</summary>
    internal const int Redirects = 8;

    /// <summary>Bytes of the layout's index: tens of thousands of images.</summary>
    internal const int LayoutIndexBytes = 64 * 1024 * 1024;
}
