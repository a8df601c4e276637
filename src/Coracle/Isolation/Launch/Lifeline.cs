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

    private static readonly TimeSpan SpareTime = TimeSpan.FromSeconds(1);

    private readonly LaunchedProcess _process;
    private readonly FileDescriptor _nothing;

    private Lifeline(LaunchedProcess process, FileDescriptor nothing, TimeProvider time)
    {
        (_process, _nothing) = (process, nothing);
        Stubs = new SpareStub(() => LaunchSession.SpawnWaiting(Launcher.StubName, Descriptor, nothing), time, SpareTime);
    }

    /// <summary>The first process. It stands for the namespace (setns(2)).</summary>
    internal FileDescriptor Descriptor => _process.Descriptor;

    /// <summary>Stubs in the namespace.</summary>
    internal SpareStub Stubs { get; }

    internal static async Task<Lifeline> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        FileDescriptor nothing = NullDevice.Open();
        try
        {
            using LaunchSession session = await EternalThread
                .InvokeAsync(() => LaunchSession.Spawn(Name, null, nothing, nothing, nothing)).ConfigureAwait(false);
            LaunchedProcess process = await session.RunAsync(LifelinePlan.Compile(), cancellationToken).ConfigureAwait(false);
            return new Lifeline(process, nothing, time);
        }
        catch
        {
            nothing.Dispose();
            throw;
        }
    }

    /// <summary>Ends it, and every container that is still inside.</summary>
    /// <returns>Completes when a stub that was just being made is gone, too.</returns>
    internal Task End()
    {
        Task making = Stubs.Close();
        ChildProcess.Kill(_process.Pid);
        _ = ChildProcess.Reap(_process.Pid);
        Descriptor.Dispose();
        _nothing.Dispose();
        return making;
    }
}
