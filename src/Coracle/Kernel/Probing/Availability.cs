namespace Coracle.Kernel.Probing;

/// <summary>What became of trying something.</summary>
internal enum Availability
{
    /// <summary>It works.</summary>
    Available,

    /// <summary>This kernel does not have it.</summary>
    Missing,

    /// <summary>The kernel has it, and this process may not use it.</summary>
    Denied,
}
