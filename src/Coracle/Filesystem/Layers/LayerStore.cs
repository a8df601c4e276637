using System.Collections.Concurrent;
using System.Text;
using Coracle.Distribution.Images;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// The unpacked layers of all images. A layer is unpacked once, whatever number of images, pulls and processes want it, and
/// is never changed afterwards.
/// </summary>
internal sealed partial class LayerStore : ILayerReceiver, IAsyncDisposable
{
    private const uint PrivateMode = 0x1C0; // 0700: a layer has set-user-id programs that no other user may reach

    private readonly LayerStoreOptions _options;
    private readonly ILogger _logger;
    private readonly StagingArea _staging;
    private readonly LayerDurability _durability;
    private readonly LayerMounts _mounts = new();
    private readonly Lazy<Task<ContainerRuntimeException?>> _erofsProblem;
    private readonly ConcurrentDictionary<string, LayerReception> _receptions = new(StringComparer.Ordinal);

    private LayerStore(LayerStoreOptions options)
    {
        _options = options;
        _logger = options.Logger ?? NullLogger.Instance;
        _durability = new LayerDurability(options.Directory);
        _staging = StagingArea.Open(Path.Combine(options.Directory, ".staging"), options.Trash);
        _erofsProblem = new(() => ErofsSupport.ProbeAsync(_staging.Directory));
    }

    /// <summary>Whether overlay's marks are <c>user.*</c> attributes.</summary>
    internal bool UserXattr => _options.UserXattr;

    /// <summary>Opens the store, and removes what processes and power cuts left unfinished in it.</summary>
    /// <exception cref="ContainerRuntimeException">The layer format that was asked for can't be had here.</exception>
    internal static async Task<LayerStore> OpenAsync(LayerStoreOptions options, CancellationToken cancellationToken = default)
    {
        if (Libc.mkdir(options.Directory, PrivateMode) != 0 && Errno.Last is not Errno.EEXIST and int errno)
            throw Errno.Failure(errno, "make directory", options.Directory);
        Directory.CreateDirectory(options.LocksDirectory);
        LayerStore store = new(options);
        await store.RecoverAsync(cancellationToken).ConfigureAwait(false);
        if (options.Format == LayerFormat.Erofs && await store._erofsProblem.Value.ConfigureAwait(false) is { } problem)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"open layer store: EROFS layers can't be had here: {problem.Message} (LayerFormat.Automatic uses directories then)",
                problem);
        }
        return store;
    }

    /// <summary>Why layers can't be kept as EROFS images here; null if they can. Tried once.</summary>
    internal async Task<string?> GetErofsProblemAsync() => (await _erofsProblem.Value.ConfigureAwait(false))?.Message;

    /// <inheritdoc />
    public ValueTask<bool> ContainsAsync(LayerDescriptor layer, CancellationToken cancellationToken) =>
        new(FindPath(layer) is not null);

    /// <summary>Finds an unpacked layer; null if it is not there. The caller disposes it.</summary>
    internal Layer? Find(LayerDescriptor layer)
    {
        if (FindPath(layer) is not { } path)
            return null;
        return new Layer(path, LayerName.IsErofs(path) ? _mounts.Acquire(path) : null);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopSyncingAsync().ConfigureAwait(false);
        _mounts.Dispose();
        _staging.Dispose();
    }

    /// <summary>Opens the root of a layer that is there, or is being received; in that case it waits.</summary>
    internal FileDescriptor OpenRootWhenReceived(LayerDescriptor layer, CancellationToken cancellationToken)
    {
        // A layer gets its name between two looks at most once.
        for (int tries = 0; tries < 2; tries++)
        {
            string? path = FindPath(layer) ?? WaitForReception(layer, cancellationToken);
            if (path is not null && TryOpenRoot(path) is { } root)
                return root;
        }
        throw new ContainerRuntimeException(
            RuntimeErrorKind.NotFound, $"look at layer {layer.DiffId.Short}, which a layer above needs: it is not unpacked");
    }

    internal static FileDescriptor OpenDirectory(string path)
    {
        int result = At.Open(
            At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_RDONLY | Libc.O_DIRECTORY, out FileDescriptor? opened);
        return opened ?? throw Errno.Failure(-result, "open layer", path);
    }

    // Only the thread that writes one layer comes here, and it has nothing else to do. The layer below needs neither it nor a
    // thread of the pool to be finished.
    private string? WaitForReception(LayerDescriptor layer, CancellationToken cancellationToken)
    {
        if (!_receptions.TryGetValue(layer.ChainId.ToString(), out LayerReception? reception))
            return FindPath(layer);
        reception.Location.Wait(cancellationToken);
        return reception.Location.Result;
    }

    private FileDescriptor? TryOpenRoot(string path)
    {
        try
        {
            if (!LayerName.IsErofs(path))
                return OpenDirectory(path);
            LayerMount mount = _mounts.Acquire(path);
            try
            {
                return mount.Descriptor.Duplicate();
            }
            finally
            {
                mount.Release();
            }
        }
        catch (ContainerRuntimeException exception) when (exception.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    // The name of the chain first: who has one is not the same everywhere.
    private string? FindPath(LayerDescriptor layer)
    {
        string chain = PathOf(LayerName.OfChain(layer.ChainId));
        string diff = PathOf(LayerName.OfDiff(layer.DiffId));
        return Directory.Exists(chain) ? chain
            : File.Exists(chain + LayerName.ErofsSuffix) ? chain + LayerName.ErofsSuffix
            : File.Exists(diff + LayerName.ErofsSuffix) ? diff + LayerName.ErofsSuffix
            : Directory.Exists(diff) ? diff
            : null;
    }

    private string PathOf(string name) => Path.Combine(_options.Directory, name);
}
