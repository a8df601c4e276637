using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coracle.State;

/// <summary>Value types that are written as their text.</summary>
internal abstract class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? "";
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString());
}

/// <summary>The converters, one for each type.</summary>
internal static class TextConverter
{
    internal sealed class OfDigest() : TextConverter<Digest>(Digest.Parse);

    internal sealed class OfImageReference() : TextConverter<ImageReference>(ImageReference.Parse);

    internal sealed class OfSignal() : TextConverter<Signal>(Signal.Parse);

    internal sealed class OfPlatform() : TextConverter<Platform>(Platform.Parse);

    internal sealed class OfRestartPolicy() : TextConverter<RestartPolicy>(RestartPolicy.Parse);

    internal sealed class OfNetworkMode() : TextConverter<NetworkMode>(
        static text => text == "host" ? NetworkMode.Host : NetworkMode.None);
}
