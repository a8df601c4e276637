using Microsoft.Extensions.Logging;

namespace Coracle.Distribution.Registry;

/// <summary>Tries again what fails in passing, with pauses that grow.</summary>
internal sealed class RetryPolicy(RegistryTimings timings, TimeProvider clock, ILogger logger)
{
    /// <summary>Runs something until it succeeds, fails for good, or was tried often enough.</summary>
    internal async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> action, int tries, CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                return await action(cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException e) when (++failures < TriesFor(e, tries) && CanRetry(e))
            {
                await PauseAsync(e, failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private int TriesFor(RegistryException e, int tries) =>
        e.StatusCode is null ? Math.Min(tries, timings.TriesWithoutAnswer) : tries;

    /// <summary>Whether the same request may succeed soon.</summary>
    internal bool CanRetry(RegistryException e) => e.IsTransient && !(e.RetryAfter > timings.LongestPause);

    /// <summary>Waits before the next try: as long as the registry asks, else longer each time, and never all clients at once.</summary>
    internal Task PauseAsync(RegistryException e, int failures, CancellationToken cancellationToken)
    {
        double grown = timings.FirstPause.TotalSeconds * Math.Pow(2, failures - 1);
        // Jitter is no secret.
#pragma warning disable CA5394
        double jittered = grown * (0.75 + (0.5 * Random.Shared.NextDouble()));
#pragma warning restore CA5394
        double asked = e.RetryAfter?.TotalSeconds ?? 0;
        TimeSpan pause = TimeSpan.FromSeconds(Math.Min(Math.Max(jittered, asked), timings.LongestPause.TotalSeconds));
        RegistryLog.Retrying(logger, e.Message, pause.TotalSeconds);
        return Task.Delay(pause, clock, cancellationToken);
    }
}
