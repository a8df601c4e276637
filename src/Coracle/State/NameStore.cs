using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.State;

/// <summary>
/// Names of containers: one symbolic link a name, whose text is the id and the owner. symlink(2) fails if the name exists,
/// and never shows a half written one.
/// </summary>
internal sealed class NameStore(StateDirectories directories)
{
    /// <summary>Claims a name.</summary>
    /// <returns>Null if it is claimed; else the id that has it.</returns>
    internal string? TryClaim(string name, string id, string owner)
    {
        while (Libc.symlink($"{id}@{owner}", PathOf(name)) != 0)
        {
            int errno = Errno.Last;
            if (errno != Errno.EEXIST)
                throw Errno.Failure(errno, "claim container name", name);
            if (Find(name) is { } holder)
                return holder;
        }
        return null;
    }

    /// <summary>The id that has a name; null if nothing has.</summary>
    internal string? Find(string name) => SymbolicLink.Read(PathOf(name)) is { } text && text.Split('@') is [var id, _] ? id : null;

    /// <summary>Gives a name free, if that id has it.</summary>
    internal void Release(string name, string id)
    {
        if (Find(name) == id)
            _ = Libc.unlink(PathOf(name));
    }

    /// <summary>Frees names of dead owners whose container is not there, or has another name: they died while they renamed
    /// it.</summary>
    /// <param name="nameOf">The name in the record of a container; null if there is none.</param>
    internal void Sweep(Func<string, string?> nameOf)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(directories.Names))
        {
            if (SymbolicLink.Read(path)?.Split('@') is [var id, var owner]
                && (Owner.IsAlive(directories, owner) || nameOf(id) == Path.GetFileName(path)))
            {
                continue;
            }
            _ = Libc.unlink(path);
        }
    }

    private string PathOf(string name) => Path.Combine(directories.Names, name);
}
