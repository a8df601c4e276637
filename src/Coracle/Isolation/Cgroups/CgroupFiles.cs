using Coracle.Kernel.Errors;
using Coracle.Kernel.Files;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Cgroups;

/// <summary>The cgroup file systems of this host.</summary>
internal sealed class CgroupFiles : ICgroupFiles
{
    private const uint DirectoryMode = 0x1ED; // 0755

    private CgroupFiles() { }

    internal static CgroupFiles Instance { get; } = new();

    public int MakeDirectory(string path) => Libc.mkdir(path, DirectoryMode) == 0 ? 0 : Errno.Last;

    public int RemoveDirectory(string path) => Libc.rmdir(path) == 0 ? 0 : Errno.Last;

    public int Write(string path, string value) => ControlFile.Write(path, value);

    public string? Read(string path) => ControlFile.TryRead(path);

    public bool IsWritable(string path) => Libc.faccessat(Libc.AT_FDCWD, path, Libc.W_OK, Libc.AT_EACCESS) == 0;

    public bool Exists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> Children(string path)
    {
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
