using Coracle.Engine.Specs;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Identity;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Streams.Attach;

namespace Coracle.Engine.Lifecycle;

/// <summary>Starts a further program in a run of a container: user, control group, streams, launch.</summary>
internal sealed class ExecStarter(EngineServices services, ManagedContainer container, ContainerRun run, ExecSpec spec)
{
    internal async Task<ExecProcess> StartAsync(CancellationToken cancellationToken)
    {
        ProcessConfig config = container.Process ?? throw new InvalidOperationException("a running container has a process");
        ResolvedUser user = run.FindUser(
            spec.User ?? config.User, [.. container.Record.Spec.AdditionalGroups, .. spec.AdditionalGroups])
            ?? throw Errno.Failure(Errno.ESRCH, "exec in container", container.Record.Name);
        SpecProcess process = ExecBuilder.Build(spec, config, run.Spec.Process!, user, services.Cgroups.RestrictsDevices);
        CgroupPart part = run.Cgroup.MakePart();
        try
        {
            return await LaunchAsync(process, part, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            part.Release();
            throw;
        }
    }

    private async Task<ExecProcess> LaunchAsync(SpecProcess process, CgroupPart part, CancellationToken cancellationToken)
    {
        bool pipes = !process.Terminal;
        using PipeEnds? output = pipes ? PipeEnds.ForOutput() : null;
        using PipeEnds? error = pipes ? PipeEnds.ForOutput() : null;
        using PipeEnds? input = pipes && spec.OpenStandardInput ? PipeEnds.ForInput() : null;
        ContainerProcess started = await services.Launcher.ExecAsync(
            new ExecRequest
            {
                Container = run.Spec,
                InitProcess = run.InitProcess,
                Process = process,
                CgroupProcs = part.ProcsPaths,
                StandardInput = input?.Theirs,
                StandardOutput = output?.Theirs,
                StandardError = error?.Theirs,
            },
            cancellationToken).ConfigureAwait(false);
        ExecStreams streams = started.Terminal is { } terminal
            ? ExecStreams.OfTerminal(terminal)
            : ExecStreams.OfPipes(output!.TakeOurs(), error!.TakeOurs(), input?.TakeOurs());
        return new ExecProcess(started, part, streams);
    }
}
