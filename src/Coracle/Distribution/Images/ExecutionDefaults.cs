using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The member <c>config</c> of an image's configuration. Every member may be missing or null.</summary>
internal sealed record ExecutionDefaults
{
    [JsonPropertyName("User")]
    public string? User { get; init; }

    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }

    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Env { get; init; }

    [JsonPropertyName("Entrypoint")]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    [JsonPropertyName("Cmd")]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Cmd { get; init; }

    [JsonPropertyName("Volumes")]
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }

    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    [JsonPropertyName("Labels")]
    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    [JsonPropertyName("Healthcheck")]
    public HealthDefaults? Healthcheck { get; init; }

    [JsonPropertyName("Shell")]
    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Shell { get; init; }

    /// <summary>The same for the users of the contract.</summary>
    internal ImageConfig ToImageConfig() => new()
    {
        User = User ?? "",
        Environment = Env ?? [],
        Entrypoint = Entrypoint ?? [],
        Command = Cmd ?? [],
        WorkingDirectory = WorkingDir ?? "",
        ExposedPorts = [.. ExposedPorts?.Keys ?? []],
        Volumes = [.. Volumes?.Keys ?? []],
        Labels = (Labels ?? new Dictionary<string, string?>()).ToDictionary(label => label.Key, label => label.Value ?? ""),
        StopSignal = string.IsNullOrEmpty(StopSignal) ? null : StopSignal,
        HealthCheck = Healthcheck?.ToHealthCheck(Shell),
    };
}
