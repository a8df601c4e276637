using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Streams.Attach;
using Coracle.Streams.Logs;
using Coracle.Streams.Terminals;
using Microsoft.Extensions.Logging;

namespace Coracle.Engine.Lifecycle;

/// <summary>Everything that one run holds.</summary>
internal sealed class RunParts : IAsyncDisposable
{
    internal required string Id { get; init; }

    internal required ILogger Logger { get; init; }

    internal required ContainerProcess Process { get; init; }

    internal required Cgroup Cgroup { get; init; }

    /// <summary>What it was started from.</summary>
    internal required RuntimeSpec Spec { get; init; }

    /// <summary>The detached root mount. Held until the end, so that overlay's teardown is off the way of the exit.</summary>
    internal required FileDescriptor Root { get; init; }

    internal required ContainerLog Log { get; init; }

    internal required Task Pumps { get; init; }

    internal required CancellationTokenSource StopPumps { get; init; }

    internal required InputStream? Input { get; init; }

    internal TerminalMaster? Terminal { get; init; }

    internal required TimeProvider Time { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Input is not null)
            await Input.DisposeAsync().ConfigureAwait(false);
        Terminal?.Dispose();
        StopPumps.Dispose();
        Process.Dispose();
        Root.Dispose();
        await Cgroup.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
