namespace Coracle.Isolation.Launch;

/// <summary>What a stub tells the host.</summary>
internal enum LaunchMessageKind
{
    /// <summary>Something that no stub of ours sends.</summary>
    Invalid,

    /// <summary>An operation failed; the stub ends.</summary>
    Failed,

    /// <summary>The second stage runs. The kernel names it as the sender.</summary>
    Hello,

    /// <summary>All is set up; the program is executed next.</summary>
    Ready,

    /// <summary>The first stage has made the second, and names it as the sender; or, if it has no privileges any more, by its
    /// value.</summary>
    Cloned,

    /// <summary>The terminal of the program. The descriptor comes with the message.</summary>
    Terminal,
}
