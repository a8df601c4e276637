using System.Collections.Concurrent;
using Coracle.Kernel.Mounts;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// The EROFS images that this process has mounted: detached, so nobody else sees them and they end with the process. A mount
/// is kept when nobody uses it, because the next container of the image will.
/// </summary>
internal sealed class LayerMounts : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<LayerMount>> _mounts = new(StringComparer.Ordinal);

    /// <summary>The mount of an image, with a reference for the caller.</summary>
    internal LayerMount Acquire(string path)
    {
        while (true)
        {
            Lazy<LayerMount> mount = _mounts.GetOrAdd(path, static path => new(() => new(MountFactory.Create(ErofsMount.Of(path)))));
            try
            {
                if (mount.Value.TryAcquire())
                    return mount.Value;
            }
            catch (ContainerRuntimeException)
            {
                // A failure is not kept: what is missing now may be there next time.
                _mounts.TryRemove(KeyValuePair.Create(path, mount));
                throw;
            }
            _mounts.TryRemove(KeyValuePair.Create(path, mount));
        }
    }

    /// <summary>Forgets the mount of an image that is removed. It ends with its last user.</summary>
    internal void Forget(string path)
    {
        if (_mounts.TryRemove(path, out Lazy<LayerMount>? mount) && mount.IsValueCreated)
            mount.Value.Release();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (string path in _mounts.Keys)
            Forget(path);
    }
}
