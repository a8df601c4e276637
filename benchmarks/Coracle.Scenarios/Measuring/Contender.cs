namespace Coracle.Scenarios.Measuring;

/// <summary>One who takes turns: us, a peer, or the floor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TakeTurnAsync">Does the thing once and gives what was measured, perhaps in several rows.</param>
internal sealed record Contender(string Name, Func<CancellationToken, Task<IReadOnlyList<Sample>>> TakeTurnAsync)
{
    /// <summary>Whether its failure fails the run, as ours does. A peer may be unable to run on this host.</summary>
    public bool IsOurs { get; init; }

    /// <summary>A contender with one row.</summary>
    public static Contender OfOneRow(string name, string row, Func<CancellationToken, Task<double>> measure) =>
        new(name, async cancellationToken => [new Sample(row, await measure(cancellationToken))]);
}
