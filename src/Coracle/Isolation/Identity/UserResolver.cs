using System.Globalization;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;

namespace Coracle.Isolation.Identity;

/// <summary>Finds the ids of a user and groups given by name or number, by the rules of Docker.</summary>
internal static class UserResolver
{
    private const string DefaultHome = "/";

    /// <summary>Resolves in the files of a root.</summary>
    /// <param name="root">The root directory. It is not trusted.</param>
    /// <param name="user"><c>user</c> or <c>user:group</c>; null or empty for root.</param>
    /// <param name="additionalGroups">More groups.</param>
    internal static ResolvedUser Resolve(FileDescriptor root, string? user, IReadOnlyList<string> additionalGroups) => Resolve(
        RootedPath.Read(root, "etc/passwd", ColonFile.MaxLength),
        RootedPath.Read(root, "etc/group", ColonFile.MaxLength),
        user,
        additionalGroups);

    /// <summary>Resolves in the content of the files.</summary>
    /// <param name="passwd">/etc/passwd; null if there is none.</param>
    /// <param name="group">/etc/group; null if there is none.</param>
    /// <param name="user"><c>user</c> or <c>user:group</c>; null or empty for root.</param>
    /// <param name="additionalGroups">More groups.</param>
    internal static ResolvedUser Resolve(
        byte[]? passwd, byte[]? group, string? user, IReadOnlyList<string> additionalGroups)
    {
        string[] parts = (user ?? "").Split(':', 2);
        string userName = parts[0];
        string groupName = parts.Length > 1 ? parts[1] : "";
        PasswdEntry? entry = FindUser(passwd, userName);
        uint uid = entry?.Uid ?? NumberOfUser(userName);
        IReadOnlyList<GroupEntry> groups = [.. ColonFile.ReadGroup(group)];
        uint gid = groupName.Length > 0 ? NumberOfGroup(groups, groupName) : entry?.Gid ?? 0;

        // The primary group belongs to the supplementary ones too: else a program could give it up, and with it a file mode that
        // denies the group (CVE-2022-36109).
        List<uint> all = [gid];
        if (groupName.Length == 0 && entry is { } found)
            all.AddRange(groups.Where(item => item.Members.Contains(found.Name)).Select(static item => item.Gid));
        all.AddRange(additionalGroups.Select(name => NumberOfGroup(groups, name)));
        return new ResolvedUser(
            new SpecUser { Uid = uid, Gid = gid, AdditionalGids = [.. all.Distinct()] },
            entry is { Home.Length: > 0 } ? entry.Value.Home : DefaultHome);
    }

    // No name stands for user 0, and a number for the first user that has it.
    private static PasswdEntry? FindUser(byte[]? passwd, string name)
    {
        bool isNumber = ColonFile.TryParseId(name, out uint number);
        foreach (PasswdEntry entry in ColonFile.ReadPasswd(passwd))
        {
            if (isNumber || name.Length == 0 ? entry.Uid == number : entry.Name == name)
                return entry;
        }

        return null;
    }

    private static uint NumberOfUser(string name)
    {
        if (name.Length == 0)
            return 0;
        return ColonFile.TryParseId(name, out uint uid)
            ? uid
            : throw NotFound(name, $"unable to find user {name}: no matching entries in passwd file");
    }

    private static uint NumberOfGroup(IReadOnlyList<GroupEntry> groups, string name)
    {
        foreach (GroupEntry entry in groups)
        {
            if (entry.Name == name || entry.Gid.ToString(CultureInfo.InvariantCulture) == name)
                return entry.Gid;
        }

        return ColonFile.TryParseId(name, out uint gid)
            ? gid
            : throw NotFound(name, $"unable to find group {name}: no matching entries in group file");
    }

    private static ContainerRuntimeException NotFound(string name, string message) =>
        long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"uids and gids must be in range 0-{int.MaxValue}: {name}")
            : new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, message);
}
