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
using Microsoft.Extensions.Logging;

namespace Coracle.Engine;

/// <summary>The parts of an opened runtime, put together once.</summary>
internal sealed partial class EngineServices
{
    internal required StateDirectories Directories { get; init; }

    internal required Owner Owner { get; init; }

    internal required ContainerStore Containers { get; init; }

    internal required NameStore Names { get; init; }

    internal required ImageStore Images { get; init; }

    internal required ImageCache ImageCache { get; init; }

    internal required ImagePuller Puller { get; init; }

    internal required LayerStore Layers { get; init; }

    internal required Snapshotter Snapshots { get; init; }

    internal required Trash Trash { get; init; }

    internal required CgroupManager Cgroups { get; init; }

    internal required Launcher Launcher { get; init; }

    internal required RegistryClient Registries { get; init; }

    internal required FeatureReport Features { get; init; }

    internal required TimeProvider Time { get; init; }

    internal required ILogger Logger { get; init; }

    internal required EventHub Events { get; init; }

    internal ContainerTable Table { get; } = new();

    internal VolumeOperations Volumes => field ??= new VolumeOperations(Directories, Events, Time, Trash) { FindUser = FindVolumeUser };
}
