namespace Coracle.Scenarios.Measuring;

/// <summary>
/// Lets contenders take turns in one run: a machine's speed drifts from minute to minute, so only what was measured
/// interleaved can be compared.
/// </summary>
internal static class RoundRobin
{
    /// <summary>Runs the rounds of warm-up, which are not recorded, and then the measured ones.</summary>
    /// <remarks>A peer that fails in the warm-up is missing from then on; any later failure, and any of ours, fails the run.</remarks>
    public static async Task RunAsync(
        Measurements measurements,
        IEnumerable<Contender> contenders,
        int warmUp,
        int rounds,
        CancellationToken cancellationToken)
    {
        List<Contender> field = [.. contenders];
        for (int round = -warmUp; round < rounds; round++)
        {
            // Nobody always follows the same one.
            int first = field.Count == 0 ? 0 : Math.Abs(round) % field.Count;
            foreach (Contender contender in (Contender[])[.. field[first..], .. field[..first]])
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    IReadOnlyList<Sample> samples = await contender.TakeTurnAsync(cancellationToken);
                    foreach (Sample sample in round < 0 ? [] : samples)
                        measurements.Add(sample);
                }
                catch (Exception e) when (round < 0 && !contender.IsOurs && e is not OperationCanceledException)
                {
                    measurements.AddMissing(contender.Name, e.Message);
                    field.Remove(contender);
                }
            }
        }
    }
}
