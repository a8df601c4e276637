using System.Text.Json.Serialization;

namespace Coracle.State;

/// <summary>The JSON of the records on disk.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(TextConverter.OfDigest), typeof(TextConverter.OfImageReference), typeof(TextConverter.OfSignal),
        typeof(TextConverter.OfPlatform), typeof(TextConverter.OfNetworkMode), typeof(TextConverter.OfRestartPolicy),
        typeof(ContainerMountConverter), typeof(HealthProbeConverter),
    ])]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(ContainerRunState))]
[JsonSerializable(typeof(VolumeRecord))]
[JsonSerializable(typeof(MountRecord))]
[JsonSerializable(typeof(RuntimeEvent))]
[JsonSerializable(typeof(ProbeRecord))]
[JsonSerializable(typeof(ContainerHealth))]
internal sealed partial class StateJson : JsonSerializerContext;
