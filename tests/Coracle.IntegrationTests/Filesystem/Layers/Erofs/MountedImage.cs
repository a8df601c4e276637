using System.Security.Cryptography;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

/// <summary>An image that the kernel has mounted.</summary>
internal sealed class MountedImage : IDisposable
{
    internal MountedImage(string image)
    {
        Path = image + ".mnt";
        Directory.CreateDirectory(Path);
        NativeFiles.MountErofs(image, Path);
    }

    internal string Path { get; }

    internal string this[string relative] => $"{Path}/{relative}";

    /// <summary>The same as <see cref="TreeModel.Describe()"/>, from what the kernel shows. Checks on the way what the model doesn't say.</summary>
    internal SortedDictionary<string, string> Describe()
    {
        SortedDictionary<string, string> result = new(StringComparer.Ordinal);
        Dictionary<ulong, (string First, uint Links, uint Seen)> inodes = [];
        Describe("", result, inodes);
        inodes.Values.Where(i => i.Links != i.Seen).Should().BeEmpty("the numbers of links must be right");
        return result;
    }

    public void Dispose()
    {
        NativeFiles.Unmount(Path);
        Directory.Delete(Path);
    }

    private void Describe(string path, SortedDictionary<string, string> result, Dictionary<ulong, (string First, uint Links, uint Seen)> inodes)
    {
        string absolute = path.Length == 0 ? Path : this[path];
        FileState state = NativeFiles.State(absolute);
        uint type = state.Mode & 0xF000u;
        if (type != 0x4000)
        {
            if (!inodes.TryGetValue(state.Inode, out (string First, uint Links, uint Seen) inode))
                inode = (path, state.Links, 0);
            inodes[state.Inode] = inode with { Seen = inode.Seen + 1 };
        }
        string detail = type switch
        {
            0x8000 => $"{state.Size} {Convert.ToHexString(SHA256.HashData(NativeFiles.ReadAll(absolute, state.Size)))}",
            0xA000 => NativeFiles.ReadLink(absolute),
            0x2000 or 0x6000 => $"{state.Major}:{state.Minor}",
            _ => "",
        };
        bool whiteout = type == 0x2000 && state is { Major: 0, Minor: 0 };
        string firstName = whiteout ? "" : type == 0x4000 ? path : inodes[state.Inode].First;
        result.Add(path, TreeModel.Line(
            type, state.Mode & 0xFFFu, state.Uid, state.Gid, state.ModifiedSeconds, state.ModifiedNanoseconds, detail, NativeFiles.Xattrs(absolute), firstName));
        if (type == 0x4000)
            DescribeChildren(path, absolute, state, result, inodes);
    }

    private void DescribeChildren(
        string path, string absolute, FileState state, SortedDictionary<string, string> result, Dictionary<ulong, (string First, uint Links, uint Seen)> inodes)
    {
        List<(string Name, byte Type)> children = NativeFiles.List(absolute);
        children.Select(c => c.Name).Should().BeInAscendingOrder(StringComparer.Ordinal).And.Contain([".", ".."]);
        children.RemoveAll(c => c.Name is "." or "..");
        state.Links.Should().Be((uint)children.Count(c => c.Type == 4) + 2, $"of {path}");
        foreach ((string name, byte type) in children)
        {
            string child = path.Length == 0 ? name : $"{path}/{name}";
            Describe(child, result, inodes);
            type.Should().Be((byte)(Convert.ToInt32(result[child].Split(' ')[0], 16) >> 12), $"of {child}");
        }
    }
}
