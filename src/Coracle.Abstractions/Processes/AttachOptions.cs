namespace Coracle;

/// <summary>What to attach to a running container.</summary>
public sealed class AttachOptions
{
    /// <summary>The keys that detach where nothing else is said: Ctrl-P, Ctrl-Q.</summary>
    public const string DefaultDetachKeys = "ctrl-p,ctrl-q";

    /// <summary>Whether the outputs begin with what the log has, and not with what the program writes from now on.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Replay { get; set; }

    /// <summary>The keys that, typed one after the other, detach; in Docker's form: characters or <c>ctrl-</c> with one of
    /// <c>a</c> to <c>z</c>, <c>@</c>, <c>[</c>, <c>\</c>, <c>]</c>, <c>^</c>, <c>_</c>, separated by commas; <c>DEL</c> too.
    /// They count where the container has a terminal.</summary>
    /// <value>Default: <see cref="DefaultDetachKeys"/>. Empty for none.</value>
    public string DetachKeys { get; set; } = DefaultDetachKeys;

    /// <summary>Whether to attach standard input, where the container has it open.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardInput { get; set; } = true;

    /// <summary>Whether to attach standard output.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardOutput { get; set; } = true;

    /// <summary>Whether to attach standard error.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool StandardError { get; set; } = true;
}
