namespace Coracle.Isolation.Cgroups.Planning;

/// <summary>The version of the hierarchy that has a controller.</summary>
internal enum CgroupVersion
{
    /// <summary>None that can be used.</summary>
    Missing,

    /// <summary>One of version 1.</summary>
    One,

    /// <summary>The one of version 2.</summary>
    Two,
}
