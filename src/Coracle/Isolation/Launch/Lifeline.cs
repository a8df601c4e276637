using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Launch;

/// <summary>
/// What ties containers to the life of this process. It is a pid namespace around theirs, whose first process is killed by the
/// kernel when this process ends (its parent-death signal); and with the first process of a namespace the kernel kills all
/// that is inside. A signal on each container would not do: setuid(2) takes it back, and most images' entry points drop root.
/// </summary>
internal sealed class Lifeline
{
    private const string Name = "coracle-lifeline";

    private readonly LaunchedProcess _process;

    private Lifeline(LaunchedProcess process) => _process = process;

    /// <summary>The first process. It stands for the namespace (setns(2)).</summary>
    internal FileDescriptor Descriptor => _process.Descriptor;

    internal static async Task<Lifeline> StartAsync(CancellationToken cancellationToken)
    {
        using FileDescriptor nothing = NullDevice.Open();
        LaunchSession session = await EternalThread.InvokeAsync(() => LaunchSession.Spawn(Name, null, nothing, nothing, nothing))
            .ConfigureAwait(false);
        using (session)
            return new Lifeline(await session.RunAsync(LifelinePlan.Compile(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends it, and every container that is still inside.</summary>
    internal void End()
    {
        ChildProcess.Kill(_process.Pid);
        _ = ChildProcess.Reap(_process.Pid);
        Descriptor.Dispose();
    }
}
