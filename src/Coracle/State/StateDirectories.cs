using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.State;

/// <summary>Where things lie on disk: the data root, which survives a boot, and the run root, which need not.</summary>
internal sealed class StateDirectories
{
    private const uint PrivateMode = 0x1C0; // 0700: images contain set-user-id programs that no other user may reach

    private StateDirectories(string data, string run) => (Data, Run) = (data, run);

    /// <summary>The data root.</summary>
    internal string Data { get; }

    /// <summary>The run root.</summary>
    internal string Run { get; }

    internal string Content => Path.Combine(Data, "content");

    internal string Layers => Path.Combine(Data, "layers");

    internal string Containers => Path.Combine(Data, "containers");

    internal string Names => Path.Combine(Data, "names");

    internal string Volumes => Path.Combine(Data, "volumes");

    internal string Trash => Path.Combine(Data, "trash");

    internal string Owners => Path.Combine(Run, "owners");

    internal string Locks => Path.Combine(Run, "locks");

    internal string Events => Path.Combine(Run, "events");

    /// <summary>The directories that options and environment lead to, made if they are missing.</summary>
    internal static StateDirectories Open(string? data, string? run)
    {
        bool root = Libc.geteuid() == 0;
        string dataRoot = Path.GetFullPath(data ?? DefaultData(root));
        string runRoot = Path.GetFullPath(run ?? (data is not null ? Path.Combine(dataRoot, "run") : DefaultRun(root, dataRoot)));
        StateDirectories directories = new(dataRoot, runRoot);
        foreach (string path in (string[])[dataRoot, runRoot])
            MakePrivate(path);
        foreach (string path in (string[])
            [directories.Containers, directories.Names, directories.Volumes, directories.Trash, directories.Owners, directories.Locks, directories.Events])
        {
            Directory.CreateDirectory(path);
        }
        return directories;
    }

    /// <summary>The directory of one container.</summary>
    internal string Container(ContainerId id) => Path.Combine(Containers, id.ToString());

    private static void MakePrivate(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        if (Libc.mkdir(path, PrivateMode) != 0 && Errno.Last is var errno && errno != Errno.EEXIST)
            throw Errno.Failure(errno, "make directory", path, "set CoracleRuntimeOptions.DataRoot to a place that can be written");
    }

    private static string DefaultData(bool root)
    {
        if (root)
            return "/var/lib/coracle";
        string? xdg = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(xdg)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share")
                : xdg,
            "coracle");
    }

    private static string DefaultRun(bool root, string dataRoot)
    {
        if (root)
            return "/run/coracle";
        string? xdg = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(xdg) ? Path.Combine(dataRoot, "run") : Path.Combine(xdg, "coracle");
    }
}
