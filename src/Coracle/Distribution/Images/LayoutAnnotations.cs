namespace Coracle.Distribution.Images;

/// <summary>The annotations of the entries in the layout's index.</summary>
internal static class LayoutAnnotations
{
    /// <summary>The name by which tools find an image in a layout (OCI image specification, "Annotations"). Here always the
    /// full reference.</summary>
    internal const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The same for containerd, which takes the one above for a tag.</summary>
    internal const string ContainerdName = "io.containerd.image.name";

    /// <summary>The digest that the reference stood for when it was pulled: an index's, if there was one.</summary>
    internal const string Root = "dev.coracle.root-digest";

    /// <summary>The digest of the Docker manifest that the entry's manifest was derived from.</summary>
    internal const string Original = "dev.coracle.original-manifest";
}
