namespace Coracle;

/// <summary>
/// Which events to watch. Several values of one property: any of them fits (of <see cref="Labels"/>, all must). Several
/// properties: all must fit.
/// </summary>
public sealed class EventOptions
{
    /// <summary>Begins with events that have happened at this time or later, as far back as they are kept.</summary>
    /// <value>Default: null, for those from now on; if <see cref="Until"/> is set, all that are kept.</value>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Ends with events that happen at this time or earlier. A time that has passed ends the enumeration when the
    /// kept ones were read.</summary>
    /// <value>Default: null, for no end.</value>
    public DateTimeOffset? Until { get; set; }

    /// <summary>Only events of these kinds of object.</summary>
    /// <value>Default: none, which fits every kind.</value>
    public ISet<EventSubject> Subjects => field ??= new HashSet<EventSubject>();

    /// <summary>Only these actions. <c>health_status</c> fits <c>health_status: healthy</c> too, and so for everything
    /// before a colon.</summary>
    /// <value>Default: none, which fits every action.</value>
    public ISet<string> Actions => field ??= new HashSet<string>();

    /// <summary>Only events of these containers: ids, prefixes of ids, or names.</summary>
    /// <value>Default: none, which fits every event.</value>
    public ISet<string> Containers => field ??= new HashSet<string>();

    /// <summary>Only events of these images, and of containers of them. A name without a tag fits every tag.</summary>
    /// <value>Default: none, which fits every event.</value>
    public ISet<string> Images => field ??= new HashSet<string>();

    /// <summary>Only events of objects that carry all of these labels. A null value fits any value of that label.</summary>
    /// <value>Default: none, which fits every event.</value>
    public IDictionary<string, string?> Labels => field ??= new Dictionary<string, string?>();
}
