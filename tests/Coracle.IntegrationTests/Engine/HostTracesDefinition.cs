namespace Coracle.IntegrationTests.Engine;

/// <summary>Tests that count what is on the host run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HostTracesDefinition
{
    internal const string Name = "host traces";
}
