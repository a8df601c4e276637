namespace Coracle.Tests.Architecture;

/// <summary>Which first-level folder may use which others.</summary>
internal sealed class LayerTable(string rootNamespace, IReadOnlyDictionary<string, string[]> mayUse)
{
    /// <summary>
    /// The engine's. Two layers are no folders: they share the root namespace. <c>Options</c> are the plain settings that
    /// callers fill in: everything above the kernel may read them, and they know nothing of what reads them.
    /// <c>CoracleRuntime</c> is the way in: it opens the engine, and nothing knows it.
    /// </summary>
    internal static LayerTable Engine { get; } = new("Coracle", new Dictionary<string, string[]>
    {
        ["Kernel"] = [],
        ["State"] = ["Kernel", "Options"],
        ["Streams"] = ["Kernel", "Options"],
        ["Isolation"] = ["Kernel", "Options"],
        ["Distribution"] = ["Kernel", "Options"],
        ["Filesystem"] = ["Distribution", "Kernel", "Options"],
        ["Networking"] = ["Kernel", "State", "Options"],
        ["Build"] = ["Distribution", "Filesystem", "Options"],
        ["Engine"] = ["Build", "Distribution", "Filesystem", "Isolation", "Kernel", "Networking", "State", "Streams", "Options"],
        ["Options"] = [],
        ["CoracleRuntime"] = ["Engine", "Options"],
        ["HostTerminal"] = ["Streams"],
    });

    /// <summary>The folders in the table.</summary>
    internal IEnumerable<string> Layers => mayUse.Keys;

    /// <summary>Every use that the table does not allow, as "Kernel/A uses Filesystem/B".</summary>
    internal IReadOnlyList<string> Violations(IEnumerable<TypeUse> uses) =>
    [
        .. from use in uses
           let user = LayerOf(use.User)
           let used = LayerOf(use.Used)
           where user is not null && used is not null && user != used
           where !mayUse.TryGetValue(user, out string[]? allowed) || !allowed.Contains(used)
           select $"{Show(user, use.User)} uses {Show(used, use.Used)}" into line
           orderby line
           select line,
    ];

    /// <summary>The layer of a type; null if it is none of ours, as what the compiler generates.</summary>
    private string? LayerOf(TypeName type) =>
        type.Namespace == rootNamespace ? (type.Name is "CoracleRuntime" or "HostTerminal" ? type.Name : "Options")
        : type.Namespace.StartsWith(rootNamespace + '.', StringComparison.Ordinal)
            ? type.Namespace[(rootNamespace.Length + 1)..].Split('.')[0]
        : null;

    private string Show(string layer, TypeName type) => type.Namespace == rootNamespace ? type.Name : $"{layer}/{type.Name}";
}
