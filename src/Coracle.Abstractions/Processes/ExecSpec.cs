namespace Coracle;

/// <summary>A further program to run in a container. Immutable; use <c>with</c> to vary it.</summary>
/// <param name="Command">The program and its arguments. A name without '/' is searched in the container's PATH.</param>
public sealed record ExecSpec(IReadOnlyList<string> Command)
{
    /// <summary>Makes a spec from the program and its arguments.</summary>
    /// <param name="command">For example <c>"ls", "-l"</c>. No shell takes part.</param>
    public ExecSpec(params ReadOnlySpan<string> command) : this((IReadOnlyList<string>)[.. command]) { }

    /// <summary>Environment variables, added to the container's.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>User and group: <c>user</c>, <c>user:group</c>, each a name of the container's /etc/passwd and /etc/group as they
    /// are now, or a number.</summary>
    /// <value>Default: null, for the container's.</value>
    public string? User { get; init; }

    /// <summary>Supplementary groups, names or numbers.</summary>
    /// <value>Default: none beside the container's, and those that its /etc/group gives the user.</value>
    public IReadOnlyList<string> AdditionalGroups { get; init; } = [];

    /// <summary>The absolute path to start in. It must exist.</summary>
    /// <value>Default: null, for the container's.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether standard input is open for <see cref="IContainerProcess.StandardInput"/>. Otherwise it is empty.</summary>
    /// <value>Default: <see langword="false"/>. With a <see cref="Terminal"/> it is always open.</value>
    public bool OpenStandardInput { get; init; }

    /// <summary>The size of the terminal that the program runs in.</summary>
    /// <value>Default: null, for no terminal: input and outputs are pipes.</value>
    public TerminalSize? Terminal { get; init; }

    /// <summary>Whether the program has every capability that this process has, and not just the container's. The filter of
    /// system calls, the devices and the masked paths stay the container's.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Privileged { get; init; }
}
