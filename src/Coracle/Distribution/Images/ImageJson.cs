using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The JSON of the OCI image specification.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(DigestConverter)], MaxDepth = Limits.JsonDepth)]
[JsonSerializable(typeof(ManifestDocument))]
[JsonSerializable(typeof(ImageConfiguration))]
[JsonSerializable(typeof(LayoutIndex))]
[JsonSerializable(typeof(DerivedManifest))]
internal sealed partial class ImageJson : JsonSerializerContext
{
    /// <summary>For writing: media types are full of '+', which the default encoder escapes for the sake of HTML.</summary>
    internal static ImageJson Plain { get; } = new(new JsonSerializerOptions
    {
        Converters = { new DigestConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
