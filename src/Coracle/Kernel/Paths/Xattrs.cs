using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;

namespace Coracle.Kernel.Paths;

/// <summary>Extended attributes, read without knowing how large they are.</summary>
internal static class Xattrs
{
    private const int MaxTries = 8;

    /// <summary>The names of the attributes. A file system without attributes has none.</summary>
    internal static IReadOnlyList<string> List(FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        byte[] names = [];
        for (int tries = 0; tries < MaxTries; tries++)
        {
            int length = At.ListXattrs(directory, name, names);
            if (length is 0 or -Errno.EOPNOTSUPP)
                return [];
            if (length > 0 && length <= names.Length)
                return Encoding.UTF8.GetString(names, 0, length).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            if (length < 0 && length != -Errno.ERANGE)
                throw Errno.Failure(-length, "list attributes of", Encoding.UTF8.GetString(name));

            // The first call, with no room, only asks for the length; it may grow meanwhile.
            names = new byte[length < 0 ? Math.Max(256, names.Length * 2) : length];
        }
        throw Errno.Failure(Errno.EAGAIN, "list attributes of", Encoding.UTF8.GetString(name));
    }

    /// <summary>The value of an attribute; null if there is none of that name.</summary>
    internal static byte[]? Get(FileDescriptor directory, ReadOnlySpan<byte> name, string attribute)
    {
        byte[] value = [];
        for (int tries = 0; tries < MaxTries; tries++)
        {
            int length = At.GetXattr(directory, name, attribute, value);
            if (length is -Errno.ENODATA or -Errno.EOPNOTSUPP)
                return null;
            if (length == 0 || (length > 0 && length <= value.Length))
                return value[..length];
            if (length < 0 && length != -Errno.ERANGE)
                throw Errno.Failure(-length, $"read attribute {attribute} of", Encoding.UTF8.GetString(name));
            value = new byte[length < 0 ? Math.Max(256, value.Length * 2) : length];
        }
        throw Errno.Failure(Errno.EAGAIN, $"read attribute {attribute} of", Encoding.UTF8.GetString(name));
    }
}
