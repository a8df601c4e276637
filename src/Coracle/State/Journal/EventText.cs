using System.Text.Json;

namespace Coracle.State.Journal;

/// <summary>
/// An event as bytes: one text of a JSON text sequence (RFC 7464), which begins with a record separator and ends with a line
/// feed. Neither can be within it, so one that was cut off costs nobody but itself.
/// </summary>
internal static class EventText
{
    /// <summary>The longest event. What makes it longer are labels, which an image may have any number of.</summary>
    internal const int MaxLength = 8 * 1024;

    internal const byte RecordSeparator = 0x1E;
    internal const byte LineFeed = (byte)'\n';

    private const int MaxWord = 512;
    // JSON writes one character as up to six bytes, and a name and a value with six more.
    private const int BytesPerCharacter = 6;
    private const int RoomForAttributes = (MaxLength - 256 - (2 * MaxWord * BytesPerCharacter)) / BytesPerCharacter;

    /// <summary>Writes an event. Of attributes that are too many, the longest are left out.</summary>
    internal static byte[] Write(RuntimeEvent written)
    {
        byte[] json = Serialize(written);
        if (json.Length + 2 > MaxLength)
            json = Serialize(Shorten(written));
        return [RecordSeparator, .. json, LineFeed];
    }

    /// <summary>Reads what is between separator and line feed.</summary>
    /// <returns>Null if it is no event.</returns>
    internal static RuntimeEvent? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.RuntimeEvent) is
                { Action: not null, Id: not null, Attributes: not null } read
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Serialize(RuntimeEvent written) =>
        JsonSerializer.SerializeToUtf8Bytes(written, StateJson.Default.RuntimeEvent);

    private static RuntimeEvent Shorten(RuntimeEvent written)
    {
        Dictionary<string, string> kept = [];
        int room = RoomForAttributes;
        foreach ((string name, string value) in written.Attributes.OrderBy(static pair => pair.Key.Length + pair.Value.Length))
        {
            room -= name.Length + value.Length + 1;
            if (room < 0)
                break;
            kept[name] = value;
        }
        return written with { Action = Cut(written.Action), Id = Cut(written.Id), Attributes = kept };
    }

    private static string Cut(string text) => text.Length <= MaxWord ? text : text[..MaxWord];
}
