using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.Distribution.Images;

/// <summary>The JSON of the OCI image specification.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(DigestConverter)], MaxDepth = Limits.JsonDepth)]
[JsonSerializable(typeof(ManifestDocument))]
[JsonSerializable(typeof(ImageConfiguration))]
[JsonSerializable(typeof(LayoutIndex))]
[JsonSerializable(typeof(DerivedManifest))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class ImageJson : JsonSerializerContext;
