using System.Globalization;
using System.Text;

namespace Coracle.Isolation.Identity;

/// <summary>
/// Reads /etc/passwd and /etc/group of an image: hostile input, so a line that is not what it should be is passed over. Never is a
/// malformed id taken for 0.
/// </summary>
internal static class ColonFile
{
    /// <summary>The largest file that is read: room for some 50,000 users.</summary>
    internal const int MaxLength = 4 * 1024 * 1024;

    private const int PasswdFields = 6; // name, password, uid, gid, comment, home; the shell may be missing
    private const int GroupFields = 3; // name, password, gid; the members may be missing

    /// <summary>The entries of /etc/passwd, in order.</summary>
    internal static IEnumerable<PasswdEntry> ReadPasswd(ReadOnlyMemory<byte> file)
    {
        foreach (string[] fields in Lines(file))
        {
            if (fields.Length >= PasswdFields && TryParseId(fields[2], out uint uid) && TryParseId(fields[3], out uint gid))
                yield return new PasswdEntry(fields[0], uid, gid, fields[5]);
        }
    }

    /// <summary>The entries of /etc/group, in order.</summary>
    internal static IEnumerable<GroupEntry> ReadGroup(ReadOnlyMemory<byte> file)
    {
        foreach (string[] fields in Lines(file))
        {
            if (fields.Length >= GroupFields && TryParseId(fields[2], out uint gid))
                yield return new GroupEntry(fields[0], gid, fields.Length > GroupFields ? fields[3].Split(',') : []);
        }
    }

    /// <summary>Reads a user or group id as Docker does: a number up to 2147483647.</summary>
    internal static bool TryParseId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= int.MaxValue;

    private static IEnumerable<string[]> Lines(ReadOnlyMemory<byte> file)
    {
        ReadOnlyMemory<byte> rest = file;
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            string text = Encoding.UTF8.GetString(line.Span).Trim();
            if (text.Length > 0)
                yield return text.Split(':');
        }
    }
}
