using System.Text;
using Coracle.Filesystem.Layers;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>Random layers, the same for the same seed: all kinds of entry, replaced and linked at random.</summary>
internal sealed class RandomLayer
{
    private readonly Random _random;
    private readonly ILayerTreeWriter _writer;
    private readonly bool _likeDirectories;
    private readonly List<string> _names = [];
    private readonly List<string> _directories = [""];
    private readonly List<string> _links = [];
    private readonly List<string> _files = [];
    private readonly HashSet<string> _taken = [];

    private RandomLayer(int seed, ILayerTreeWriter writer, bool likeDirectories)
    {
        _likeDirectories = likeDirectories;
        _random = new Random(seed);
        _writer = writer;
        int names = _random.Next(2, 60);
        for (int i = 0; i < names; i++)
            _names.Add(Name());
    }

    /// <summary>Writes a layer.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="writer">The writer. What it refuses is passed over.</param>
    /// <param name="likeDirectories">Whether to leave out what directories on ext4 can't have: more than a block of
    /// attributes.</param>
    internal static void Write(int seed, ILayerTreeWriter writer, bool likeDirectories = false) =>
        new RandomLayer(seed, writer, likeDirectories).Write();

    private void Write()
    {
        int entries = _random.Next(4) == 0 ? _random.Next(2000) : _random.Next(60);
        bool sameTime = _random.Next(2) == 0;
        for (int i = 0; i < entries; i++)
        {
            try
            {
                WriteEntry(sameTime);
            }
            catch (Exception exception) when (exception is ContainerRuntimeException or InvalidOperationException or KeyNotFoundException)
            {
                // A name that a link has replaced, or a link to it. All writers must refuse the same entries.
            }
        }
    }

    private void WriteEntry(bool sameTime)
    {
        string parent = _directories[_random.Next(_directories.Count)];
        string name = _names[_random.Next(_names.Count)];
        if (_random.Next(3) == 0)
            name += _random.Next(1000);
        string path = parent.Length == 0 ? name : $"{parent}/{name}";
        byte[] bytes = Encoding.Latin1.GetBytes(path);
        switch (_random.Next(20))
        {
            case < 4:
                AddDirectory(path, bytes, sameTime);
                break;
            case 4:
                AddLinkedDirectory(path, bytes, sameTime);
                break;
            case < 7:
                if (Take(path))
                    _writer.AddSymbolicLink(bytes, Encoding.Latin1.GetBytes(Target()), Metadata(sameTime, "trusted."));
                break;
            case 7:
                AddSpecial(path, bytes, sameTime);
                break;
            case 8:
                _writer.AddWhiteout(bytes);
                break;
            case 9:
                _writer.SetOpaque(Encoding.Latin1.GetBytes(parent));
                break;
            case < 12:
                if (_files.Count > 0)
                    AddHardLink(parent, path);
                break;
            default:
                AddFile(path, bytes, sameTime);
                break;
        }
    }

    private void AddDirectory(string path, byte[] bytes, bool sameTime)
    {
        if (_taken.Contains(path))
            return;
        _directories.Add(path);
        _writer.AddDirectory(bytes, Metadata(sameTime, "user.", "trusted.", "security."));
    }

    private void AddHardLink(string parent, string path)
    {
        string target = _files[_random.Next(_files.Count)];
        // Perhaps the same file, by another path.
        if (_random.Next(4) == 0)
            path = $"{parent}/{target[(target.LastIndexOf('/') + 1)..]}".TrimStart('/');
        // Who reads the tar drops a link to itself.
        if (target == path || !Take(path))
            return;
        _files.Add(path);
        _writer.AddHardLink(Encoding.Latin1.GetBytes(path), Encoding.Latin1.GetBytes(target));
    }

    // A link to a directory, and from then on entries that go through it; or such a link becomes another, or a directory.
    private void AddLinkedDirectory(string path, byte[] bytes, bool sameTime)
    {
        if (_links.Count > 0 && _random.Next(2) == 0)
        {
            path = _links[_random.Next(_links.Count)];
            bytes = Encoding.Latin1.GetBytes(path);
            if (_random.Next(4) == 0)
            {
                _writer.AddDirectory(bytes, Metadata(sameTime, "user."));
                return;
            }
        }
        else if (_directories.Contains(path) || !Take(path))
        {
            return;
        }
        else
        {
            _directories.Add(path);
            _links.Add(path);
        }
        string target = _directories[_random.Next(_directories.Count)];
        string prefix = _random.Next(3) switch { 0 => "/", 1 => "/./../", _ => string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/') + 3)) };
        _writer.AddSymbolicLink(bytes, Encoding.Latin1.GetBytes(prefix + target), Metadata(sameTime));
    }

    private void AddSpecial(string path, byte[] bytes, bool sameTime)
    {
        if (!Take(path))
            return;
        SpecialFile type = (SpecialFile)_random.Next(3);
        _writer.AddSpecial(bytes, type, (uint)_random.Next(1, 4096), (uint)_random.Next(1 << 20), Metadata(sameTime, "security."));
    }

    private void AddFile(string path, byte[] bytes, bool sameTime)
    {
        if (!Take(path))
            return;
        _files.RemoveAll(f => f == path);
        int size = Size();
        byte[] content = new byte[size];
        _random.NextBytes(content);
        List<(int Position, int Count)> parts = [];
        bool sparse = _random.Next(5) == 0;
        for (int position = 0; position < size;)
        {
            int count = Math.Min(_random.Next(1, sparse ? 9000 : 100_000), size - position);
            if (!sparse || _random.Next(2) == 0)
                parts.Add((position, count));
            position += count;
        }
        _files.Add(path);
        _writer.BeginFile(bytes, size, Metadata(sameTime, "user.", "security."));
        foreach ((int position, int count) in parts)
            _writer.WriteData(position, content.AsSpan(position, count));
        _writer.EndFile();
    }

    // Entries below a name must not meet a file there: that is an error, tested elsewhere.
    private bool Take(string path)
    {
        if (_directories.Contains(path) || _directories.Any(d => d.StartsWith(path + "/", StringComparison.Ordinal)))
            return false;
        _taken.Add(path);
        return true;
    }

    private int Size() => _random.Next(12) switch
    {
        0 => 0,
        1 => _random.Next(1, 4) * 4096,
        2 => _random.Next(3900, 4200),
        3 => _random.Next(300_000),
        _ => _random.Next(9000),
    };

    private string Target() => _random.Next(8) == 0
        ? new string('t', _random.Next(1, 4096))
        : $"nowhere/{_names[_random.Next(_names.Count)]}";

    private string Name()
    {
        byte[] name = new byte[_random.Next(10) == 0 ? _random.Next(200, 250) : _random.Next(1, 14)];
        _random.NextBytes(name);
        bool any = _random.Next(4) == 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (!any)
                name[i] = (byte)("abcxyz019_-. !#"[name[i] % 15]);
            if (name[i] is 0 or (byte)'/')
                name[i] = (byte)'n';
        }
        string text = Encoding.Latin1.GetString(name);
        return text is "." or ".." ? "dot" : text;
    }

    private EntryMetadata Metadata(bool sameTime, params ReadOnlySpan<string> prefixes)
    {
        List<ExtendedAttribute> xattrs = [];
        if (prefixes.Length > 0 && _random.Next(5) == 0)
        {
            int count = _random.Next(1, 5);
            for (int i = 0; i < count; i++)
            {
                byte[] value = new byte[_random.Next(20) == 0 ? _random.Next(_likeDirectories ? 200 : 6000) : _random.Next(40)];
                _random.NextBytes(value);
                xattrs.Add(new ExtendedAttribute($"{prefixes[_random.Next(prefixes.Length)]}x{i}", value));
            }
        }
        bool small = _random.Next(4) != 0;
        return new EntryMetadata(
            (uint)_random.Next(0x1000),
            small ? (uint)_random.Next(2000) : uint.MaxValue - 1 - (uint)_random.Next(1000),
            small ? (uint)_random.Next(2000) : (uint)_random.Next(60_000, 70_000),
            sameTime ? 1_600_000_000 : _random.NextInt64(-2_000_000_000, 15_000_000_000),
            sameTime ? 0 : (uint)_random.Next(1_000_000_000),
            xattrs);
    }
}
