namespace Coracle;

/// <summary>What a process does (proc(5), the letters of ps(1)).</summary>
public enum ProcessState
{
    /// <summary>A state that this version does not know.</summary>
    Unknown,

    /// <summary>R: it runs, or could.</summary>
    Running,

    /// <summary>S: it waits for something, and a signal wakes it.</summary>
    Sleeping,

    /// <summary>D: it waits, usually for a disk, and no signal wakes it.</summary>
    DiskSleep,

    /// <summary>T: a signal has stopped it.</summary>
    Stopped,

    /// <summary>t: a debugger holds it.</summary>
    Traced,

    /// <summary>Z: it has ended, and its parent has not asked how.</summary>
    Zombie,

    /// <summary>X: it is gone this moment.</summary>
    Dead,

    /// <summary>I: a thread of the kernel without work.</summary>
    Idle,
}
