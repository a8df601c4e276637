namespace Coracle;

/// <summary>Which containers to list: those that fit every filter that is set, and of each any of its values.</summary>
public sealed class ContainerListOptions
{
    /// <summary>Whether to list containers that do not run, too. <see cref="States"/> and <see cref="ExitCodes"/> do, whatever
    /// this is.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool All { get; set; }

    /// <summary>Only containers whose id begins with one of these.</summary>
    /// <value>Default: none, which fits every container; so with all that follow.</value>
    public IList<string> Ids => field ??= [];

    /// <summary>Only containers whose name contains one of these.</summary>
    public IList<string> Names => field ??= [];

    /// <summary>Only containers in one of these states.</summary>
    public ISet<ContainerState> States => field ??= new HashSet<ContainerState>();

    /// <summary>Only containers that do not run and ended with one of these codes.</summary>
    public ISet<int> ExitCodes => field ??= new HashSet<int>();

    /// <summary>Only containers of one of these images: an id or a reference.</summary>
    public IList<string> Ancestors => field ??= [];

    /// <summary>Only containers that were created before this one: its id, a unique prefix of it, or its name.</summary>
    public string? Before { get; set; }

    /// <summary>Only containers that were created after this one: its id, a unique prefix of it, or its name.</summary>
    public string? Since { get; set; }

    /// <summary>Only containers that mount one of these: the name of a volume, or the path in the container.</summary>
    public IList<string> Volumes => field ??= [];

    /// <summary>Only containers that carry all of these labels. A null value fits any value of that label.</summary>
    public IDictionary<string, string?> Labels => field ??= new Dictionary<string, string?>();
}
