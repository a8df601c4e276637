using Coracle.Kernel.Files;

namespace Coracle.Filesystem.Layers;

/// <summary>A layer that is being received in this process.</summary>
internal sealed class LayerReception(string chainId) : IDisposable
{
    private readonly TaskCompletionSource<string> _location = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string ChainId => chainId;

    /// <summary>Where the layer lies when it is unpacked: in the staging area at first, under its name later.</summary>
    internal Task<string> Location => _location.Task;

    /// <summary>Keeps others from unpacking the same layer, here and in other processes.</summary>
    internal FileLock? Lock { get; set; }

    internal void Succeed(string location) => _location.TrySetResult(location);

    internal void Fail(Exception exception)
    {
        // Whoever waits sees it; nobody may be waiting.
        if (_location.TrySetException(exception))
            _ = _location.Task.Exception;
    }

    /// <inheritdoc />
    public void Dispose() => Lock?.Dispose();
}
