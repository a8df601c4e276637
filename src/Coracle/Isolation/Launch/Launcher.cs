using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Processes;
using Microsoft.Extensions.Logging;

namespace Coracle.Isolation.Launch;

/// <summary>Starts containers.</summary>
internal sealed partial class Launcher : IAsyncDisposable
{
    /// <summary>The <c>argv[0]</c> of stubs.</summary>
    internal const string StubName = "coracle-init";

    // Those who look into a container do it again: a probe, a script of a test. A stub that waits has 32 KB.
    private static readonly TimeSpan ExecSpareTime = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;
    private readonly LifelineHolder _lifelines;
    private readonly SpareStub _stubs;
    private readonly Lazy<LaunchHost> _host = new(LaunchHost.Read);
    private readonly Lazy<FileDescriptor> _nothing = new(NullDevice.Open);

    /// <param name="logger">Takes the plans, at debug level.</param>
    /// <param name="time">The clock.</param>
    internal Launcher(ILogger<Launcher> logger, TimeProvider time)
    {
        _logger = logger;
        _lifelines = new LifelineHolder(time);
        _stubs = new SpareStub(() => LaunchSession.SpawnWaiting(StubName, null, _nothing.Value), time, ExecSpareTime);
    }

    /// <summary>Starts a container: completes when its program has been executed.</summary>
    /// <param name="request">The container. Its descriptors are not needed afterwards.</param>
    /// <param name="cancellationToken">Gives the start up: nothing is left of it.</param>
    /// <exception cref="ContainerStartException">The program can't be executed.</exception>
    /// <exception cref="ContainerRuntimeException">A step of the set-up failed.</exception>
    internal async Task<ContainerProcess> StartAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseIfBlind();
        LaunchPlan plan = Compile(request);
        LifelineHolder.Lease? lease = request.DieWithParent
            ? await _lifelines.AcquireAsync(cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            using LaunchSession session = lease?.Lifeline.Stubs.Take() ?? LaunchSession.SpawnWaiting(StubName, null, _nothing.Value);
            Task<LaunchedProcess> run = session.RunAsync(plan, new ContainerDescriptors(request).Sent, cancellationToken);
            lease?.Lifeline.Stubs.Prepare(); // while this one works, and this process has nothing to do
            return new ContainerProcess(await run.ConfigureAwait(false), lease);
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }

    /// <summary>Says that a start follows of a container that dies with this process: what it needs is made meanwhile.</summary>
    internal void Prepare() => _lifelines.Prepare();

    /// <summary>Ends the containers that die with this process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifelines.DisposeAsync().ConfigureAwait(false);
        await _stubs.Close().ConfigureAwait(false);
        if (_nothing.IsValueCreated)
            _nothing.Value.Dispose();
    }

    private LaunchPlan Compile(LaunchRequest request)
    {
        LinuxSeccomp? seccomp = request.Spec.Linux?.Seccomp;
        SeccompProfile? filter = seccomp is null ? null : SeccompProfile.Of(seccomp);
        LaunchHost host = _host.Value with { Rootfs = _host.Value.Rootfs.JoinedBy(request.CgroupProcs) };
        LaunchPlan plan = ContainerPlan.Compile(request, host, filter?.Program ?? default, filter?.Flags ?? 0);
        PlanVerifier.Verify(plan);
        if (_logger.IsEnabled(LogLevel.Debug))
            LogPlan(plan.Operations.Length, PlanListing.Of(plan));
        return plan;
    }

    // The kernel forgets how children ended whose parent ignores SIGCHLD.
    private static void RefuseIfBlind()
    {
        if (ChildProcess.AreReapedByKernel)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                "start container: this process ignores SIGCHLD, so it could not learn how the container ends (start it with the default action of SIGCHLD)");
        }
    }

    [LoggerMessage(300, LogLevel.Debug, "launch plan of {Count} operations:\n{Listing}")]
    private partial void LogPlan(int count, string listing);
}
