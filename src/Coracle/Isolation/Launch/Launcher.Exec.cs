using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Seccomp;
using Microsoft.Extensions.Logging;

namespace Coracle.Isolation.Launch;

// Further programs in a running container.
internal sealed partial class Launcher
{
    /// <summary>Starts a program in a container: completes when it has been executed. It ends with the container.</summary>
    /// <param name="request">The program. Its descriptors are not needed afterwards.</param>
    /// <param name="cancellationToken">Gives the start up: nothing is left of it.</param>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">A step of the set-up failed.</exception>
    internal async Task<ContainerProcess> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfBlind();
        SeccompProfile? filter = request.Container.Linux?.Seccomp is { } seccomp ? SeccompProfile.Of(seccomp) : null;
        LaunchPlan plan = ExecPlan.Compile(request, _host.Value, filter?.Program ?? default, filter?.Flags ?? 0);
        PlanVerifier.Verify(plan);
        if (_logger.IsEnabled(LogLevel.Debug))
            LogPlan(plan.Operations.Length, PlanListing.Of(plan));
        using LaunchSession session = _stubs.Take();
        Task<LaunchedProcess> run = session.RunAsync(plan, new ContainerDescriptors(request).Sent, cancellationToken);
        _stubs.Prepare(); // while this one works, and this process has nothing to do
        return new ContainerProcess(await run.ConfigureAwait(false), lease: null);
    }
}
