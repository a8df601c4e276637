namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>How a container ended, and what it wrote.</summary>
internal sealed record RunResult(ExitStatus Status, string Output);
