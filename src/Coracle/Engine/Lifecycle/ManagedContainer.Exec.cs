using System.Globalization;

namespace Coracle.Engine.Lifecycle;

// Further programs.
internal sealed partial class ManagedContainer
{
    private int _execs;

    internal async Task<IContainerProcess> ExecAsync(ExecSpec spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_removed)
            throw NotThere("exec in");
        if (_run is not { IsOver: false } run)
            throw RunsElsewhere() ? Conflict("exec in", "it was started by another process") : NotRunning();
        if (_state.State == ContainerState.Paused)
            throw Conflict("exec in", $"Container {Id} is paused, unpause the container before exec");
        string id = string.Create(CultureInfo.InvariantCulture, $"{Id.Short}-{Interlocked.Increment(ref _execs)}");
        string command = string.Join(' ', spec.Command);
        Publish("exec_create: " + command, ("execID", id));
        ExecProcess process;
        try
        {
            process = await new ExecStarter(_services, this, run, spec).StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerRuntimeException e) when (e is not ContainerStartException && run.IsEnding)
        {
            throw NotRunning(e);
        }
        await FreezeLateAsync(run).ConfigureAwait(false);
        Publish("exec_start: " + command, ("execID", id));
        process.Watch(status => Publish(
            "exec_die", ("execID", id), ("exitCode", status.ExitCode.ToString(CultureInfo.InvariantCulture))));
        return process;
    }

    private ContainerRuntimeException NotRunning(Exception? cause = null) =>
        new(RuntimeErrorKind.Conflict, $"exec in container: container {Id} is not running", cause);
}
