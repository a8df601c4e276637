using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.State;

/// <summary>A probe of a container, flat.</summary>
internal sealed record ProbeRecord
{
    public required string Type { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public int? Port { get; init; }

    public string? Path { get; init; }

    public bool? Tls { get; init; }

    public int? ExpectedStatus { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>Writes the closed set of probes as one flat record.</summary>
internal sealed class HealthProbeConverter : JsonConverter<HealthProbe>
{
    /// <inheritdoc />
    public override HealthProbe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        ProbeRecord record = JsonSerializer.Deserialize(ref reader, StateJson.Default.ProbeRecord)
            ?? throw new JsonException("a probe is null");
        return record.Type switch
        {
            "command" => new CommandProbe(record.Command ?? []),
            "shell" => new ShellProbe(record.Command is [var script, ..] ? script : ""),
            "tcp" => new TcpProbe(record.Port ?? 0),
            "http" => new HttpProbe(record.Port ?? 0, record.Path ?? "/")
            {
                Tls = record.Tls ?? false,
                ExpectedStatus = record.ExpectedStatus,
                Headers = record.Headers ?? new Dictionary<string, string>(),
            },
            _ => throw new JsonException($"unknown type of probe '{record.Type}'"),
        };
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, HealthProbe value, JsonSerializerOptions options)
    {
        ProbeRecord record = value switch
        {
            CommandProbe command => new() { Type = "command", Command = command.Arguments },
            ShellProbe shell => new() { Type = "shell", Command = [shell.Script] },
            TcpProbe tcp => new() { Type = "tcp", Port = tcp.Port },
            HttpProbe http => new()
            {
                Type = "http",
                Port = http.Port,
                Path = http.Path,
                Tls = http.Tls,
                ExpectedStatus = http.ExpectedStatus,
                Headers = http.Headers,
            },
            _ => throw new JsonException($"unknown probe {value.GetType().Name}"),
        };
        JsonSerializer.Serialize(writer, record, StateJson.Default.ProbeRecord);
    }
}
