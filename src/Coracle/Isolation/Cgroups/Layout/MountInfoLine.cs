using System.Text;

namespace Coracle.Isolation.Cgroups.Layout;

/// <summary>A mount of control groups in <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
internal sealed class MountInfoLine
{
    // id, parent, device, root, mount point, options, then optional fields up to a dash.
    private const int RootField = 3;
    private const int MountPointField = 4;
    private const int OptionsField = 5;

    private readonly string _root;

    private MountInfoLine(string[] fields, string[] fileSystem)
    {
        _root = Unescape(fields[RootField]);
        MountPoint = Unescape(fields[MountPointField]);
        Unified = fileSystem[0] == "cgroup2";
        SuperOptions = fileSystem[^1].Split(',');
        ReadOnly = fields[OptionsField].Split(',').Contains("ro") || SuperOptions.Contains("ro");
    }

    internal string MountPoint { get; }

    internal bool Unified { get; }

    internal bool ReadOnly { get; }

    /// <summary>The options of the file system; for version 1, the controllers are among them.</summary>
    internal IReadOnlyList<string> SuperOptions { get; }

    /// <summary>The mounts of control groups, in their order.</summary>
    internal static List<MountInfoLine> ParseCgroups(string mountInfo)
    {
        List<MountInfoLine> found = [];
        foreach (string line in mountInfo.Split('\n'))
        {
            int dash = line.IndexOf(" - cgroup", StringComparison.Ordinal);
            if (dash < 0)
                continue;
            string[] fields = line[..dash].Split(' ');
            string[] fileSystem = line[(dash + 3)..].Split(' ');
            if (fields.Length > OptionsField && fileSystem is [("cgroup" or "cgroup2"), _, _])
                found.Add(new MountInfoLine(fields, fileSystem));
        }
        return found;
    }

    /// <summary>The directory of a group by its path in the hierarchy; null where this mount does not show it.</summary>
    internal string? DirectoryOf(string path)
    {
        if (path.StartsWith("/..", StringComparison.Ordinal))
            return null;
        if (path == _root || path == "/")
            return path == _root ? MountPoint : null;
        string prefix = _root == "/" ? "/" : _root + "/";
        return path.StartsWith(prefix, StringComparison.Ordinal) ? $"{MountPoint}/{path[prefix.Length..]}" : null;
    }

    // Space, tab, newline and backslash are written as a backslash and three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        StringBuilder result = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }
}
