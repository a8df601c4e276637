namespace Coracle.Isolation.Cgroups;

/// <summary>The place in one hierarchy where the groups of containers are made.</summary>
internal sealed class CgroupSite
{
    // As the name of a hierarchy's directory that people look into.
    private const string ParentName = "coracle";

    internal CgroupSite(string root, bool unified, IReadOnlySet<string> controllers)
    {
        Root = root;
        Unified = unified;
        Controllers = controllers;
        Parent = $"{root}/{ParentName}";
    }

    /// <summary>The group in which <see cref="Parent"/> is made.</summary>
    internal string Root { get; }

    /// <summary>The group whose children are the containers'.</summary>
    internal string Parent { get; }

    /// <summary>Whether it is the hierarchy of version 2.</summary>
    internal bool Unified { get; }

    /// <summary>The controllers that can be used here.</summary>
    internal IReadOnlySet<string> Controllers { get; }

    /// <summary>The directory of a container's group.</summary>
    internal string DirectoryOf(string id) => $"{Parent}/{id}";
}
