namespace Coracle.Filesystem.Layers;

/// <summary>What a layer says about a file besides its content.</summary>
/// <param name="Mode">The permission bits with set-user-id, set-group-id and sticky (07777 octal); no type bits.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="ModifiedSeconds">The modification time, seconds since 1970; may be negative.</param>
/// <param name="ModifiedNanoseconds">The rest of the modification time.</param>
/// <param name="Xattrs">Extended attributes: full name (for example <c>security.capability</c>) and value.</param>
internal readonly record struct EntryMetadata(
    uint Mode,
    uint Uid,
    uint Gid,
    long ModifiedSeconds,
    uint ModifiedNanoseconds,
    IReadOnlyList<ExtendedAttribute> Xattrs);

/// <summary>An extended attribute (xattr(7)).</summary>
/// <param name="Name">The full name.</param>
/// <param name="Value">The bytes.</param>
internal readonly record struct ExtendedAttribute(string Name, ReadOnlyMemory<byte> Value);
