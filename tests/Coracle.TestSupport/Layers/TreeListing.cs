using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.TestSupport.Layers;

/// <summary>A file tree as lines of text, one a file, with all that two equal trees have in common.</summary>
public static class TreeListing
{
    /// <summary>Lists a tree: path, type, mode, owner, time, and what the type has besides.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="withTimes">Whether times are shown.</param>
    public static IReadOnlyList<string> Read(string root, bool withTimes = true)
    {
        List<string> lines = [];
        Dictionary<(ulong, ulong), string> links = [];
        using FileDescriptor directory = Open(root);
        lines.Add(Line(directory, default, ".", withTimes, links));
        Walk(directory, "", withTimes, links, lines);
        return lines;
    }

    /// <summary>What a file takes on disk.</summary>
    public static long AllocatedBytes(string path) =>
        At.Status(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), out FileStatus status) < 0 ? 0 : status.Blocks * 512;

    private static void Walk(
        FileDescriptor directory, string prefix, bool withTimes, Dictionary<(ulong, ulong), string> links, List<string> lines)
    {
        List<byte[]> names = [];
        DirectoryEntries entries = new(directory);
        while (entries.MoveNext())
            names.Add(entries.Name.ToArray());
        entries.Dispose();
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (byte[] name in names)
        {
            string path = prefix + Escape(name);
            lines.Add(Line(directory, name, path, withTimes, links));
            if (At.Status(directory, name, out FileStatus status) == 0 && status.IsDirectory)
            {
                At.Open(directory, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, out FileDescriptor? child);
                using (child)
                    Walk(child!, path + "/", withTimes, links, lines);
            }
        }
    }

    private static string Line(
        FileDescriptor directory, byte[]? name, string path, bool withTimes, Dictionary<(ulong, ulong), string> links)
    {
        int result = At.Status(directory, name, out FileStatus status);
        if (result < 0)
            return $"{path} ! {Errno.Text(-result)}";
        StringBuilder line = new(path);
        line.Append(CultureInfo.InvariantCulture, $" {TypeOf(status)} {Convert.ToString(status.Mode & 0xFFF, 8)} {status.Uid}:{status.Gid}");
        if (withTimes)
            line.Append(CultureInfo.InvariantCulture, $" {status.ModifiedSeconds}.{status.ModifiedNanoseconds:D9}");
        if (status.IsRegular)
            line.Append(CultureInfo.InvariantCulture, $" {status.Size} {Hash(directory, name!)}");
        if (status.IsSymbolicLink)
            line.Append(CultureInfo.InvariantCulture, $" -> {Target(directory, name!)}");
        if (status.Type is Libc.S_IFCHR or Libc.S_IFBLK)
            line.Append(CultureInfo.InvariantCulture, $" {status.SpecialMajor},{status.SpecialMinor}");
        foreach (string attribute in Xattrs.List(directory, name).Order(StringComparer.Ordinal))
            line.Append(CultureInfo.InvariantCulture, $" {attribute}={Convert.ToHexStringLower(Xattrs.Get(directory, name, attribute) ?? [])}");
        if (!status.IsDirectory && status.Links > 1)
        {
            links.TryAdd((status.Device, status.Inode), path);
            line.Append(CultureInfo.InvariantCulture, $" = {links[(status.Device, status.Inode)]} of {status.Links}");
        }
        return line.ToString();
    }

    private static char TypeOf(FileStatus status) => status.Type switch
    {
        Libc.S_IFDIR => 'd',
        Libc.S_IFREG => 'f',
        Libc.S_IFLNK => 'l',
        Libc.S_IFCHR => 'c',
        Libc.S_IFBLK => 'b',
        Libc.S_IFIFO => 'p',
        _ => 's',
    };

    private static string Hash(FileDescriptor directory, byte[] name)
    {
        At.Open(directory, name, Libc.O_RDONLY | Libc.O_NOFOLLOW, out FileDescriptor? file);
        using (file)
        using (FileStream content = new(ProcPath.Of(file!), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20))
            return Convert.ToHexStringLower(SHA256.HashData(content))[..16];
    }

    private static string Target(FileDescriptor directory, byte[] name)
    {
        byte[] buffer = new byte[4096];
        return Escape(buffer.AsSpan(0, At.ReadLink(directory, name, buffer)).ToArray());
    }

    private static string Escape(byte[] name)
    {
        StringBuilder text = new();
        foreach (byte c in name)
            text.Append(c is > 0x20 and < 0x7f ? ((char)c).ToString() : $"\\x{c:x2}");
        return text.ToString();
    }

    private static FileDescriptor Open(string path)
    {
        int result = At.Open(
            At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_RDONLY | Libc.O_DIRECTORY, out FileDescriptor? opened);
        return opened ?? throw Errno.Failure(-result, "open", path);
    }
}
