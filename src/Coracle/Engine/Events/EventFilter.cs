namespace Coracle.Engine.Events;

/// <summary>Which events a subscriber wants: its options, as they were when it subscribed.</summary>
internal sealed class EventFilter
{
    private const int MinPrefix = 4; // of an id: shorter ones are names

    private readonly HashSet<EventSubject> _subjects;
    private readonly HashSet<string> _actions;
    private readonly HashSet<string> _containers;
    private readonly HashSet<string> _images;
    private readonly List<KeyValuePair<string, string?>> _labels;

    internal EventFilter(EventOptions options)
    {
        Since = options.Since;
        Until = options.Until;
        _subjects = [.. options.Subjects];
        _actions = [.. options.Actions];
        _containers = [.. options.Containers];
        _images = [.. options.Images];
        _labels = [.. options.Labels];
    }

    internal DateTimeOffset? Since { get; }

    internal DateTimeOffset? Until { get; }

    /// <summary>Whether events that have happened are wanted, too.</summary>
    internal bool WantsPast => Since is not null || Until is not null;

    internal bool Fits(RuntimeEvent happened) =>
        !(happened.Time < Since)
        && !(happened.Time > Until)
        && (_subjects.Count == 0 || _subjects.Contains(happened.Subject))
        && (_actions.Count == 0 || _actions.Contains(happened.Action) || _actions.Contains(Group(happened.Action)))
        && (_containers.Count == 0 || IsOfContainer(happened))
        && (_images.Count == 0 || IsOfImage(happened))
        && _labels.TrueForAll(wanted => happened.Attributes.TryGetValue(wanted.Key, out string? value)
            && (wanted.Value is null || wanted.Value == value));

    private bool IsOfContainer(RuntimeEvent happened) =>
        happened.Subject == EventSubject.Container
        && (_containers.Contains(happened.Attributes.GetValueOrDefault("name", ""))
            || _containers.Any(wanted => wanted.Length >= MinPrefix && happened.Id.StartsWith(wanted, StringComparison.Ordinal)));

    private bool IsOfImage(RuntimeEvent happened)
    {
        string? image = happened.Subject switch
        {
            EventSubject.Image => happened.Id,
            EventSubject.Container => happened.Attributes.GetValueOrDefault("image"),
            _ => null,
        };
        return image is not null && (_images.Contains(image) || _images.Contains(WithoutTag(image)));
    }

    private static string Group(string action) =>
        action.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon ? action[..colon] : action;

    private static string WithoutTag(string image)
    {
        int at = image.IndexOf('@', StringComparison.Ordinal);
        string name = at < 0 ? image : image[..at];
        // A colon before a slash is that of the registry's port.
        int colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
