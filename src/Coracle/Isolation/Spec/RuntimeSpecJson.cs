using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Isolation.Spec;

/// <summary>How a <see cref="RuntimeSpec"/> is written to and read from <c>config.json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeSpec))]
internal sealed partial class RuntimeSpecJson : JsonSerializerContext
{
    /// <summary>The bytes of <c>config.json</c>.</summary>
    internal static byte[] Write(RuntimeSpec spec) => JsonSerializer.SerializeToUtf8Bytes(spec, Default.RuntimeSpec);

    /// <summary>Reads the bytes of a <c>config.json</c>.</summary>
    /// <exception cref="ContainerRuntimeException">They are not a specification.</exception>
    internal static RuntimeSpec Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.RuntimeSpec)
                ?? throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, "read runtime spec: it is null");
        }
        catch (JsonException exception)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"read runtime spec: {exception.Message}", exception);
        }
    }
}
