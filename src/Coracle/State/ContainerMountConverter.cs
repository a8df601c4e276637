using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.State;

/// <summary>A mount of a container, flat.</summary>
internal sealed record MountRecord
{
    public required string Type { get; init; }

    public required string Target { get; init; }

    public bool ReadOnly { get; init; }

    public string? Source { get; init; }

    public long? Size { get; init; }

    public int? Mode { get; init; }
}

/// <summary>Writes the closed set of mounts as one flat record.</summary>
internal sealed class ContainerMountConverter : JsonConverter<ContainerMount>
{
    /// <inheritdoc />
    public override ContainerMount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        MountRecord record = JsonSerializer.Deserialize(ref reader, StateJson.Default.MountRecord)
            ?? throw new JsonException("a mount is null");
        return record.Type switch
        {
            "bind" => new BindMount(record.Source ?? "", record.Target) { ReadOnly = record.ReadOnly },
            "volume" => new VolumeMount(record.Target) { Volume = record.Source, ReadOnly = record.ReadOnly },
            "tmpfs" => new TmpfsMount(record.Target)
            {
                ReadOnly = record.ReadOnly,
                Size = record.Size,
                Mode = (UnixFileMode)(record.Mode ?? 0),
            },
            _ => throw new JsonException($"unknown type of mount '{record.Type}'"),
        };
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ContainerMount value, JsonSerializerOptions options)
    {
        MountRecord record = value switch
        {
            BindMount bind => new() { Type = "bind", Target = bind.Target, Source = bind.Source },
            VolumeMount volume => new() { Type = "volume", Target = volume.Target, Source = volume.Volume },
            TmpfsMount tmpfs => new() { Type = "tmpfs", Target = tmpfs.Target, Size = tmpfs.Size, Mode = (int)tmpfs.Mode },
            _ => throw new JsonException($"unknown mount {value.GetType().Name}"),
        };
        JsonSerializer.Serialize(writer, record with { ReadOnly = value.ReadOnly }, StateJson.Default.MountRecord);
    }
}
