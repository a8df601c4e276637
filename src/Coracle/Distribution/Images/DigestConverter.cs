using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>Digests in JSON: a string, and never null.</summary>
internal sealed class DigestConverter : JsonConverter<Digest>
{
    public override bool HandleNull => true;

    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Digest.TryParse(reader.GetString(), out Digest digest)
            ? digest
            : throw new JsonException("not a digest (sha256:, sha384: or sha512: and lower-case hexadecimal digits)");

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
