namespace Coracle.Tests;

/// <summary>Tests that measure what the whole process does, its allocations for example, run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    internal const string Name = "alone";
}
