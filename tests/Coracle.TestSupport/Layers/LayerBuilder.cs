using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using static Coracle.TestSupport.Layers.TarItem;

namespace Coracle.TestSupport.Layers;

/// <summary>Writes the tar of a layer, byte by byte where a test wants what no tool would write.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A MemoryStream has nothing to dispose.")]
public sealed class LayerBuilder
{
    private const int BlockSize = 512;

    private readonly MemoryStream _tar = new();
    private bool _ended;

    /// <summary>The digest of the tar as it is now; ends the archive.</summary>
    public Digest DiffId => Digest.FromSha256(SHA256.HashData(Tar));

    /// <summary>The tar with its end.</summary>
    public byte[] Tar
    {
        get
        {
            if (!_ended)
                _tar.Write(new byte[2 * BlockSize]);
            _ended = true;
            return _tar.ToArray();
        }
    }

    /// <summary>The tar, compressed.</summary>
    public byte[] Gzip
    {
        get
        {
            using MemoryStream compressed = new();
            using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
                gzip.Write(Tar);
            return compressed.ToArray();
        }
    }

    /// <summary>A regular file.</summary>
    public LayerBuilder File(
        string name, string content = "", long mode = 0x1A4, long uid = 0, long gid = 0, params (string, byte[])[] pax) =>
        Add(new TarItem { Name = Bytes(name), Content = Bytes(content), Mode = mode, Uid = uid, Gid = gid, Pax = pax });

    /// <summary>A directory.</summary>
    public LayerBuilder Directory(
        string name, long mode = 0x1ED, long uid = 0, long gid = 0, long time = 1_500_000_000, params (string, byte[])[] pax) =>
        Add(new TarItem { Name = Bytes(name), Type = '5', Mode = mode, Uid = uid, Gid = gid, Time = time, Pax = pax });

    /// <summary>A symbolic link.</summary>
    public LayerBuilder SymbolicLink(string name, string target, long uid = 0, long gid = 0) =>
        Add(new TarItem { Name = Bytes(name), Type = '2', LinkName = Bytes(target), Mode = 0x1FF, Uid = uid, Gid = gid });

    /// <summary>A hard link.</summary>
    public LayerBuilder HardLink(string name, string target) =>
        Add(new TarItem { Name = Bytes(name), Type = '1', LinkName = Bytes(target) });

    /// <summary>A character device.</summary>
    public LayerBuilder CharacterDevice(string name, long major, long minor, long mode = 0x1B6) =>
        Add(new TarItem { Name = Bytes(name), Type = '3', Mode = mode, Device = (major, minor) });

    /// <summary>A block device.</summary>
    public LayerBuilder BlockDevice(string name, long major, long minor, long mode = 0x1B0) =>
        Add(new TarItem { Name = Bytes(name), Type = '4', Mode = mode, Device = (major, minor) });

    /// <summary>A FIFO.</summary>
    public LayerBuilder Fifo(string name, long mode = 0x1A4) => Add(new TarItem { Name = Bytes(name), Type = '6', Mode = mode });

    /// <summary>A GNU long name ('L') or long link ('K') before the next entry.</summary>
    public LayerBuilder GnuLong(char type, byte[] text) => Add(new TarItem
    {
        Name = Bytes("././@LongLink"),
        Type = type,
        Content = [.. text, 0],
        Magic = "ustar  \0",
    });

    /// <summary>Any entry. Names that a header can't hold need an extended header of the test's own.</summary>
    public LayerBuilder Add(TarItem item)
    {
        if (item.Pax.Count > 0)
            Write(new TarItem { Name = Bytes("PaxHeaders/x"), Type = 'x', Content = PaxData(item.Pax) });
        Write(item);
        return this;
    }

    /// <summary>Any bytes.</summary>
    public LayerBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        _tar.Write(bytes);
        return this;
    }

    /// <summary>No end blocks: the archive stops here.</summary>
    public LayerBuilder Stop()
    {
        _ended = true;
        return this;
    }

    /// <summary>The records of an extended header.</summary>
    public static byte[] PaxData(IEnumerable<(string Key, byte[] Value)> records)
    {
        MemoryStream data = new();
        foreach ((string key, byte[] value) in records)
        {
            int rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
            int length = rest + 1;
            while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
                length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
            data.Write(Bytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")));
            data.Write(value);
            data.WriteByte((byte)'\n');
        }
        return data.ToArray();
    }

    /// <summary>A number as GNU writes what is too large for octal digits.</summary>
    public static void WriteBase256(Span<byte> field, long value)
    {
        for (int i = field.Length - 1; i >= 0; i--, value >>= 8)
            field[i] = (byte)value;
        field[0] |= 0x80;
    }

    private void Write(TarItem item)
    {
        byte[] header = new byte[BlockSize];
        item.Name.AsSpan(0, Math.Min(100, item.Name.Length)).CopyTo(header);
        WriteNumber(header.AsSpan(100, 8), item.Mode);
        WriteNumber(header.AsSpan(108, 8), item.Uid);
        WriteNumber(header.AsSpan(116, 8), item.Gid);
        WriteNumber(header.AsSpan(124, 12), item.Size ?? item.Content.Length);
        WriteNumber(header.AsSpan(136, 12), item.Time);
        header[156] = (byte)item.Type;
        item.LinkName.AsSpan(0, Math.Min(100, item.LinkName.Length)).CopyTo(header.AsSpan(157));
        Bytes(item.Magic).CopyTo(header, 257);
        WriteNumber(header.AsSpan(329, 8), item.Device.Major);
        WriteNumber(header.AsSpan(337, 8), item.Device.Minor);
        item.Edit?.Invoke(header);
        WriteChecksum(header);
        item.Damage?.Invoke(header);
        _tar.Write(header);
        _tar.Write(item.Content);
        _tar.Write(new byte[-item.Content.Length & (BlockSize - 1)]);
    }

    /// <summary>Makes the checksum of a header right.</summary>
    public static void WriteChecksum(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.Sum(static value => value);
        WriteNumber(header.AsSpan(148, 7), sum);
    }

    private static void WriteNumber(Span<byte> field, long value)
    {
        string digits = value < 0 ? "" : Convert.ToString(value, 8);
        if (value < 0 || digits.Length >= field.Length)
            WriteBase256(field, value);
        else
            Encoding.ASCII.GetBytes(digits.PadLeft(field.Length - 1, '0')).CopyTo(field);
    }
}
