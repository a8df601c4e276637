using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>Extended attributes as they lie behind an inode: a header, then name and value of each.</summary>
internal static class XattrEncoder
{
    /// <summary>What <see cref="AddOpaque"/> adds, the header aside.</summary>
    internal const int OpaqueLength = 20;

    // The most that the inode's 16-bit count of 4-byte units can say.
    private const int MaxLength = ErofsFormat.XattrHeaderSize + ((ushort.MaxValue - 1) * sizeof(uint));

    // No file system that layers are made on holds more; it bounds the search for doubles.
    private const int MaxAttributes = 255;

    /// <summary>Puts the attributes of an inode into a buffer; nothing if it has none.</summary>
    internal static void Encode(IReadOnlyList<ExtendedAttribute>? attributes, EntryKind kind, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        int count = attributes?.Count ?? 0;
        if (count > MaxAttributes)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"add to layer: an entry has more than {MaxAttributes} extended attributes");
        for (int i = 0; i < count; i++)
        {
            ExtendedAttribute attribute = attributes![i];
            (XattrIndex index, string name) = Split(attribute.Name, kind);
            if (index != XattrIndex.None && !IsRepeated(attributes, i))
                Add(output, index, name, attribute.Value.Span);
        }
    }

    /// <summary>Adds overlay's mark of a directory that hides what is below it.</summary>
    internal static void AddOpaque(ArrayBufferWriter<byte> output) =>
        Add(output, XattrIndex.Trusted, "overlay.opaque", "y"u8);

    private static void Add(ArrayBufferWriter<byte> output, XattrIndex index, string name, ReadOnlySpan<byte> value)
    {
        int nameLength = Encoding.UTF8.GetByteCount(name);
        if (nameLength > byte.MaxValue || value.Length > ushort.MaxValue)
        {
            string shown = TreePath.Text(Encoding.UTF8.GetBytes(name));
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"add to layer: extended attribute {shown} is too large");
        }
        if (output.WrittenCount == 0)
        {
            output.GetSpan(ErofsFormat.XattrHeaderSize)[..ErofsFormat.XattrHeaderSize].Clear();
            output.Advance(ErofsFormat.XattrHeaderSize);
        }
        int length = (ErofsFormat.XattrEntrySize + nameLength + value.Length + 3) & ~3;
        if (output.WrittenCount + length > MaxLength)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                "add to layer: the extended attributes of an entry are larger than 256 KiB");
        Span<byte> entry = output.GetSpan(length)[..length];
        entry.Clear();
        entry[0] = (byte)nameLength;
        entry[1] = (byte)index;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)value.Length);
        _ = Encoding.UTF8.GetBytes(name, entry[ErofsFormat.XattrEntrySize..]);
        value.CopyTo(entry[(ErofsFormat.XattrEntrySize + nameLength)..]);
        output.Advance(length);
    }

    // The last one of a name counts, as with setxattr(2).
    private static bool IsRepeated(IReadOnlyList<ExtendedAttribute> attributes, int index)
    {
        for (int later = index + 1; later < attributes.Count; later++)
        {
            if (attributes[later].Name == attributes[index].Name)
                return true;
        }
        return false;
    }

    /// <summary>The name in the format's terms; none if a file of this kind can't have it, as with setxattr(2).</summary>
    private static (XattrIndex Index, string Name) Split(string name, EntryKind kind) => name switch
    {
        "system.posix_acl_access" when kind != EntryKind.SymbolicLink => (XattrIndex.PosixAclAccess, ""),
        "system.posix_acl_default" when kind == EntryKind.Directory => (XattrIndex.PosixAclDefault, ""),
        // A layer that could set overlay's own marks could make a directory show another one of any layer.
        _ when name.StartsWith("trusted.overlay.", StringComparison.Ordinal) => default,
        _ when name.StartsWith("user.overlay.", StringComparison.Ordinal) => default,
        _ when Cut(name, "user.") is { } rest =>
            kind is EntryKind.RegularFile or EntryKind.Directory ? (XattrIndex.User, rest) : default,
        _ when Cut(name, "trusted.") is { } rest => (XattrIndex.Trusted, rest),
        _ when Cut(name, "security.") is { } rest => (XattrIndex.Security, rest),
        _ => default,
    };

    private static string? Cut(string name, string prefix) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;

    private enum XattrIndex : byte
    {
        None = 0,
        User = 1,
        PosixAclAccess = 2,
        PosixAclDefault = 3,
        Trusted = 4,
        Security = 6,
    }
}
