namespace Coracle;

/// <summary>Which containers to list.</summary>
public sealed class ContainerListOptions
{
    /// <summary>Whether to list containers that do not run, too.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool All { get; set; }

    /// <summary>Only containers that carry all of these labels. A null value fits any value of that label.</summary>
    /// <value>Default: none, which fits every container.</value>
    public IDictionary<string, string?> Labels => field ??= new Dictionary<string, string?>();
}
