using Coracle.Distribution.Content;
using Coracle.Distribution.Images;
using Coracle.Distribution.Registry;
using Coracle.Engine.Events;
using Coracle.Engine.Lifecycle;
using Coracle.Engine.Operations;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Snapshots;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Launch;
using Coracle.Kernel.Files;
using Coracle.State;
using Coracle.State.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Engine;

/// <summary>Puts the parts of a runtime together.</summary>
internal static class EngineComposer
{
    internal static async Task<EngineServices> ComposeAsync(
        CoracleRuntimeOptions options, CancellationToken cancellationToken)
    {
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        ILogger logger = loggers.CreateLogger("Coracle.Engine");
        TimeProvider time = options.TimeProvider;
        StateDirectories directories = StateDirectories.Open(options.DataRoot, options.RunRoot);
        FormatVersion.Check(directories);
        RegistrySettings registries = new(
            options.Registries, Environment.GetEnvironmentVariable(RegistrySettings.MirrorsVariable));

        UndoStack undo = new();
        try
        {
            Trash trash = new(directories.Trash, (path, failure) => EngineLog.TrashFailed(logger, path, failure));
            undo.Push(trash.DisposeAsync);
            LayerStore layers = await LayerStore.OpenAsync(
                new LayerStoreOptions
                {
                    Directory = directories.Layers,
                    LocksDirectory = directories.Locks,
                    Trash = trash,
                    Format = options.LayerFormat,
                    Logger = loggers.CreateLogger("Coracle.Filesystem"),
                },
                cancellationToken).ConfigureAwait(false);
            undo.Push(layers.DisposeAsync);
            CgroupManager cgroups = CgroupManager.Open();
            ContentStore content = await ContentStore.OpenAsync(directories.Content, time, cancellationToken).ConfigureAwait(false);
            ImageStore images = new(content, loggers);
            RegistryClient client = new(registries, loggers, time);
            undo.Push(client);
            Launcher launcher = new(loggers.CreateLogger<Launcher>(), time);
            undo.Push(launcher.DisposeAsync);
            Snapshotter snapshots = new(layers);
            EngineServices services = new()
            {
                Directories = directories,
                Owner = Owner.Create(directories),
                Containers = new ContainerStore(directories),
                Names = new NameStore(directories),
                Images = images,
                ImageCache = new ImageCache(content, images),
                Registries = client,
                Puller = new ImagePuller(content, images, client, loggers, time),
                Layers = layers,
                Snapshots = snapshots,
                Trash = trash,
                Cgroups = cgroups,
                Launcher = launcher,
                Features = new FeatureReport(directories, cgroups, layers, snapshots),
                Events = new EventHub(new EventJournal(directories.Events), time, logger),
                Time = time,
                Logger = logger,
            };
            undo.Release();
            return services;
        }
        catch
        {
            await undo.UndoAsync().ConfigureAwait(false);
            throw;
        }
    }
}
