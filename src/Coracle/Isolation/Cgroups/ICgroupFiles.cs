namespace Coracle.Isolation.Cgroups;

/// <summary>What is done to a cgroup file system. Numbers are those of errno, 0 for success. Tests have one of their
/// own.</summary>
internal interface ICgroupFiles
{
    /// <summary>Makes a group.</summary>
    int MakeDirectory(string path);

    /// <summary>Removes a group.</summary>
    int RemoveDirectory(string path);

    /// <summary>Writes a value to a file that exists.</summary>
    int Write(string path, string value);

    /// <summary>The text of a file; null where there is none.</summary>
    string? Read(string path);

    /// <summary>Whether groups can be made in a directory, or a file be written.</summary>
    bool IsWritable(string path);

    /// <summary>Whether there is such a group.</summary>
    bool Exists(string path);

    /// <summary>The paths of the groups in a group.</summary>
    IReadOnlyList<string> Children(string path);
}
