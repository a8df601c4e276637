namespace Coracle;

/// <summary>Something that happened in a runtime.</summary>
/// <param name="Time">When.</param>
/// <param name="Subject">What kind of object it happened to.</param>
/// <param name="Action">What happened, in Docker's words: <c>pull</c>, <c>create</c>, <c>start</c>, <c>oom</c>,
/// <c>kill</c>, <c>die</c>, <c>stop</c>, <c>destroy</c>...</param>
/// <param name="Id">The id of the object; for an image its reference.</param>
/// <param name="Attributes">Facts: for a container <c>name</c>, <c>image</c>, its labels, and <c>exitCode</c> when it
/// died.</param>
public sealed record RuntimeEvent(
    DateTimeOffset Time,
    EventSubject Subject,
    string Action,
    string Id,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>The kinds of object that events happen to.</summary>
public enum EventSubject
{
    /// <summary>A container.</summary>
    Container,

    /// <summary>An image.</summary>
    Image,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A volume.</summary>
    Volume,
}
