using System.Security.Cryptography;
using System.Text;
using Coracle.Filesystem.Layers;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>The rules of <see cref="ILayerTreeWriter"/> written down in the plainest way, to compare images with.</summary>
internal sealed class TreeModel : ILayerTreeWriter
{
    private readonly Node _root = new() { Type = 0x4000, Mode = 0x1ED };
    private Node? _file;

    public ValueTask DisposeAsync() => default;

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void AddDirectory(ReadOnlySpan<byte> path, in EntryMetadata metadata) => Directory(Text(path)).Set(metadata);

    public void SetOpaque(ReadOnlySpan<byte> path) => Parent(Text(path) + "/.wh..wh..opq").Parent.Opaque = true;

    public void BeginFile(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata)
    {
        _file = Add(Text(path), 0x8000, metadata);
        _file.Content = new byte[size];
    }

    public void WriteData(long position, ReadOnlySpan<byte> data) => data.CopyTo(_file!.Content.AsSpan((int)position));

    public void EndFile() => _file = null;

    public void AddSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryMetadata metadata)
    {
        Node node = Add(Text(path), 0xA000, metadata);
        node.Mode = 0x1FF;
        node.Target = Text(target);
    }

    public void AddHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        (Node targetParent, string targetName) = Parent(Text(target), create: false);
        Node node = targetParent.Children[targetName];
        if (node.Whiteout || node.Type == 0x4000)
            throw new InvalidOperationException("no file");
        (Node parent, string name) = Parent(Text(path));
        Node? old = parent.Children.GetValueOrDefault(name);
        if (old is { Type: 0x4000 } && targetParent.IsBelow(old))
        {
            parent.Children.Remove(name);
            throw new InvalidOperationException("gone");
        }
        parent.Children[name] = node;
    }

    public void AddSpecial(ReadOnlySpan<byte> path, SpecialFile type, uint major, uint minor, in EntryMetadata metadata)
    {
        uint bits = type switch { SpecialFile.BlockDevice => 0x6000, SpecialFile.CharacterDevice => 0x2000, _ => 0x1000 };
        Node node = Add(Text(path), bits, metadata);
        (node.Major, node.Minor) = type == SpecialFile.Fifo ? default : (major, minor);
    }

    public void AddWhiteout(ReadOnlySpan<byte> path)
    {
        (Node parent, string name) = Parent(Text(path));
        if (!parent.Children.TryGetValue(name, out Node? old))
            parent.Children[name] = new Node { Type = 0x2000, Whiteout = true };
        else if (old.Type == 0x4000)
            old.Opaque = true;
    }

    /// <summary>Every path with everything that can be seen of it, the numbers of links aside.</summary>
    internal SortedDictionary<string, string> Describe()
    {
        SortedDictionary<string, string> result = new(StringComparer.Ordinal);
        Dictionary<Node, string> firstNames = [];
        Describe("", _root, result, firstNames);
        return result;
    }

    /// <summary>What is seen of a file, in one line.</summary>
    internal static string Line(
        uint type, uint mode, uint uid, uint gid, long seconds, uint nanoseconds, string detail, IEnumerable<KeyValuePair<string, string>> xattrs, string firstName) =>
        $"{type:X} {Convert.ToString(mode, 8)} {uid}:{gid} {seconds}.{nanoseconds:D9} {detail} [{string.Join(' ', xattrs.Select(x => $"{x.Key}={x.Value}"))}] {firstName}";

    private static void Describe(string path, Node node, SortedDictionary<string, string> result, Dictionary<Node, string> firstNames)
    {
        SortedDictionary<string, string> xattrs = new(node.Xattrs, StringComparer.Ordinal);
        if (node.Opaque)
            xattrs["trusted.overlay.opaque"] = "79";
        if (!firstNames.TryGetValue(node, out string? firstName))
            firstNames.Add(node, firstName = path);
        string detail = node.Type switch
        {
            0x8000 => $"{node.Content.Length} {Convert.ToHexString(SHA256.HashData(node.Content))}",
            0xA000 => node.Target,
            0x2000 or 0x6000 => $"{node.Major}:{node.Minor}",
            _ => "",
        };
        // Whiteouts may share an inode or not.
        result.Add(path, Line(node.Type, node.Mode, node.Uid, node.Gid, node.Seconds, node.Nanoseconds, detail, xattrs, node.Whiteout ? "" : firstName));
        foreach ((string name, Node child) in node.Children.OrderBy(c => c.Key, StringComparer.Ordinal))
            Describe(path.Length == 0 ? name : $"{path}/{name}", child, result, firstNames);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private Node Add(string path, uint type, in EntryMetadata metadata)
    {
        (Node parent, string name) = Parent(path);
        Node node = new() { Type = type };
        node.Set(metadata);
        parent.Children[name] = node;
        return node;
    }

    private Node Directory(string path)
    {
        if (path.Length == 0)
            return _root;
        (Node parent, string name) = Parent(path);
        return Child(parent, name);
    }

    private static Node Child(Node parent, string name)
    {
        if (parent.Children.TryGetValue(name, out Node? old) && old.Type == 0x4000)
            return old;
        if (name.Length > 255)
            throw new InvalidOperationException("ENAMETOOLONG");
        Node made = new() { Type = 0x4000, Mode = 0x1ED, Opaque = old is { Whiteout: true }, Parent = parent };
        parent.Children[name] = made;
        return made;
    }

    private (Node Parent, string Name) Parent(string path, bool create = true)
    {
        int slash = path.LastIndexOf('/');
        LinkedList<string> parts = new(slash < 0 ? [] : path[..slash].Split('/'));
        Node node = _root;
        int links = 0;
        while (parts.First is { } first)
        {
            parts.RemoveFirst();
            Node? child = node.Children.GetValueOrDefault(first.Value);
            if (first.Value is "" or ".")
                continue;
            if (first.Value == "..")
            {
                node = node.Parent ?? node;
            }
            else if (child is { Type: 0xA000 })
            {
                if (++links > 40)
                    throw new InvalidOperationException("ELOOP");
                if (child.Target[0] == '/')
                    node = _root;
                foreach (string part in child.Target.Split('/').Reverse())
                    parts.AddFirst(part);
            }
            else if (child is { Type: 0x4000 } || (create && child is null or { Whiteout: true }))
            {
                node = Child(node, first.Value);
            }
            else
            {
                throw new InvalidOperationException("ENOTDIR");
            }
        }
        return (node, path[(slash + 1)..]);
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = [];

        public Dictionary<string, string> Xattrs { get; private set; } = [];

        public Node? Parent { get; init; }

        public uint Type { get; init; }

        public uint Mode { get; set; }

        public uint Uid { get; private set; }

        public uint Gid { get; private set; }

        public long Seconds { get; private set; }

        public uint Nanoseconds { get; private set; }

        public uint Major { get; set; }

        public uint Minor { get; set; }

        public bool Opaque { get; set; }

        public bool Whiteout { get; init; }

        public byte[] Content { get; set; } = [];

        public string Target { get; set; } = "";

        public bool IsBelow(Node ancestor) => this == ancestor || Parent?.IsBelow(ancestor) == true;

        public void Set(in EntryMetadata metadata)
        {
            (Mode, Uid, Gid) = (metadata.Mode, metadata.Uid, metadata.Gid);
            (Seconds, Nanoseconds) = (metadata.ModifiedSeconds, metadata.ModifiedNanoseconds);
            Xattrs = [];
            foreach (ExtendedAttribute attribute in metadata.Xattrs)
                Xattrs[attribute.Name] = Convert.ToHexString(attribute.Value.Span);
        }
    }
}
