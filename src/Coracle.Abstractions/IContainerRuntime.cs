namespace Coracle;

/// <summary>
/// A container runtime: the one interface behind which images are pulled and containers run, whatever does the work.
/// </summary>
/// <remarks>
/// <para>Model: an <em>image</em> is an immutable, content-addressed file tree and configuration; a <em>container</em> is an
/// image plus a writable layer and at most one running process tree.</para>
/// <para>A runtime is thread-safe. Disposing it ends every container of lifetime
/// <see cref="ContainerLifetime.Process"/> that it started.</para>
/// </remarks>
/// <example>
/// <code>
/// await using IContainerRuntime runtime = await CoracleRuntime.OpenAsync();
/// await using IContainer container = await runtime.Containers.RunAsync(
///     new ContainerSpec("docker.io/library/busybox") { Command = ["echo", "hello"] });
/// ExitStatus status = await container.WaitAsync();
/// </code>
/// </example>
public interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>The images of the local store, and the way to get more.</summary>
    IImageOperations Images { get; }

    /// <summary>The containers.</summary>
    IContainerOperations Containers { get; }

    /// <summary>The networks that containers can join.</summary>
    INetworkOperations Networks { get; }

    /// <summary>The named volumes.</summary>
    IVolumeOperations Volumes { get; }

    /// <summary>What this runtime can do on this host, probed once.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<RuntimeFeatures> GetFeaturesAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The events of this runtime, and of every other that shares its data, in one order. By default those from now on, without
    /// end. Ends when the runtime is disposed.
    /// </summary>
    /// <remarks>
    /// <para>Nothing is lost between the call and the first <c>MoveNextAsync</c>: the subscription is made by this
    /// method.</para>
    /// <para>The order is Docker's: <c>create</c>, <c>start</c>, <c>kill</c> for every signal, <c>die</c>, <c>stop</c>,
    /// <c>destroy</c>; <c>oom</c> before the <c>die</c> that it causes. At least the last 256 can be had again by
    /// <see cref="EventOptions.Since"/>.</para>
    /// </remarks>
    /// <param name="options">Which; null for all from now on.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    IAsyncEnumerable<RuntimeEvent> WatchEventsAsync(
        EventOptions? options = null, CancellationToken cancellationToken = default);
}
