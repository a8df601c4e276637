using Coracle.TestSupport;

namespace Coracle.Scenarios;

/// <summary>What every scenario is given.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Directory">A directory that is removed at the end.</param>
internal sealed record ScenarioContext(ScenarioOptions Options, TempDirectory Directory);
