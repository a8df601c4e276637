using System.Text;

namespace Coracle.TestSupport.Layers;

/// <summary>One entry of a tar as a test wants it, right or wrong.</summary>
public sealed record TarItem
{
    /// <summary>The name, as it stands in the header or the extended header.</summary>
    public byte[] Name { get; init; } = [];

    /// <summary>The type flag.</summary>
    public char Type { get; init; } = '0';

    /// <summary>The mode.</summary>
    public long Mode { get; init; } = 0x1A4;

    /// <summary>The owner.</summary>
    public long Uid { get; init; }

    /// <summary>The group.</summary>
    public long Gid { get; init; }

    /// <summary>The time, whole seconds.</summary>
    public long Time { get; init; } = 1_600_000_000;

    /// <summary>The target of a link.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>The content.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>What the header says the size is.</summary>
    /// <value>Default: null, for the length of the content.</value>
    public long? Size { get; init; }

    /// <summary>Device numbers.</summary>
    public (long Major, long Minor) Device { get; init; }

    /// <summary>Records of an extended header before the entry: key and value.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> Pax { get; init; } = [];

    /// <summary>The magic and version of the header.</summary>
    /// <value>Default: POSIX ustar.</value>
    public string Magic { get; init; } = "ustar\000";

    /// <summary>Changes the header before its checksum is made.</summary>
    public Action<byte[]>? Edit { get; init; }

    /// <summary>Changes the header after its checksum was made.</summary>
    public Action<byte[]>? Damage { get; init; }

    /// <summary>Bytes of a text.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
