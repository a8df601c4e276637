using Coracle.Isolation.Cgroups;
using Coracle.Kernel.Errors;

namespace Coracle.Tests.Isolation.Cgroups;

/// <summary>Cgroup file systems in memory: a new group has the files that its hierarchy has.</summary>
internal sealed class FakeCgroupFiles : ICgroupFiles
{
    private readonly HashSet<string> _directories = [];
    private readonly Dictionary<string, string> _files = [];
    private readonly List<(string Mount, string[] Files)> _hierarchies = [];
    private readonly HashSet<string> _readOnly = [];

    /// <summary>What was written, in order: path, a space, the value.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>Failures of writes, by path.</summary>
    internal Dictionary<string, int> Failures { get; } = [];

    internal FakeCgroupFiles Mount(string mountPoint, params string[] files)
    {
        _hierarchies.Add((mountPoint, ["cgroup.procs", .. files]));
        MakeDirectory(mountPoint);
        return this;
    }

    internal FakeCgroupFiles With(string path, string text)
    {
        _files[path] = text;
        return this;
    }

    internal FakeCgroupFiles ReadOnly(string path)
    {
        _readOnly.Add(path);
        return this;
    }

    internal IEnumerable<string> Directories => _directories.Order(StringComparer.Ordinal);

    public int MakeDirectory(string path)
    {
        if (_directories.Contains(path))
            return Errno.EEXIST;
        (string mount, string[] files) = _hierarchies.Last(h => path == h.Mount || path.StartsWith(h.Mount + "/", StringComparison.Ordinal));
        if (path != mount && !_directories.Contains(Path.GetDirectoryName(path)!))
            return Errno.ENOENT;
        _directories.Add(path);
        foreach (string file in files)
            _files.TryAdd($"{path}/{file}", "");
        return 0;
    }

    public int RemoveDirectory(string path)
    {
        if (!_directories.Contains(path))
            return Errno.ENOENT;
        if (Children(path).Count > 0 || !string.IsNullOrEmpty(_files.GetValueOrDefault(path + "/cgroup.procs")))
            return Errno.EBUSY;
        _directories.Remove(path);
        return 0;
    }

    public int Write(string path, string value)
    {
        if (Failures.TryGetValue(path, out int errno))
            return errno;
        if (!_files.TryGetValue(path, out string? old))
            return Errno.ENOENT;
        Log.Add($"{path} {value}");
        _files[path] = path.EndsWith("subtree_control", StringComparison.Ordinal) ? $"{old} {value.TrimStart('+')}".Trim() : value;
        return 0;
    }

    public string? Read(string path) => _files.GetValueOrDefault(path);

    public bool IsWritable(string path) =>
        (_directories.Contains(path) || _files.ContainsKey(path)) && !_readOnly.Contains(path);

    public bool Exists(string path) => _directories.Contains(path);

    public IReadOnlyList<string> Children(string path) =>
        [.. _directories.Where(directory => Path.GetDirectoryName(directory) == path)];
}
