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

    /// <summary>Frees names whose container is not there and whose owner is dead.</summary>
    internal void Sweep()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(directories.Names))
        {
            if (SymbolicLink.Read(path)?.Split('@') is [var id, var owner]
                && (Directory.Exists(Path.Combine(directories.Containers, id)) || Owner.IsAlive(directories, owner)))
            {
                continue;
            }
            _ = Libc.unlink(path);
        }
    }

    private string PathOf(string name) => Path.Combine(directories.Names, name);
}
