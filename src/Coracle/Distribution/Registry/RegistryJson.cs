using System.Text.Json.Serialization;

namespace Coracle.Distribution.Registry;

/// <summary>The JSON of registries, token servers, and Docker's client configuration.</summary>
[JsonSourceGenerationOptions(MaxDepth = Limits.JsonDepth)]
[JsonSerializable(typeof(RegistryErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(DockerConfigFile))]
internal sealed partial class RegistryJson : JsonSerializerContext;
