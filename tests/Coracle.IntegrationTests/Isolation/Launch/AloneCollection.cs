namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>Tests that look at all of this process, and so can't run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class AloneCollection
{
    public const string Name = "alone";
}
