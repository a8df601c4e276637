namespace Coracle;

/// <summary>Why an operation failed, in the few classes that a caller acts on differently.</summary>
public enum RuntimeErrorKind
{
    /// <summary>No better class fits; the message and the inner exception say more.</summary>
    Unknown,

    /// <summary>The named image, container, network or volume does not exist.</summary>
    NotFound,

    /// <summary>The state of the object does not allow it: a name in use, a container that is not running.</summary>
    Conflict,

    /// <summary>What was asked for, or what a registry, image or file contained, is malformed.</summary>
    InvalidInput,

    /// <summary>Credentials are missing, wrong, or do not allow it.</summary>
    Unauthorized,

    /// <summary>A peer could not be reached or answered that it can't serve now. Trying again may help.</summary>
    Unavailable,

    /// <summary>This host, kernel or backend can't do it.</summary>
    NotSupported,

    /// <summary>The kernel refused: privileges are missing.</summary>
    Denied,

    /// <summary>Content does not have the digest or the size that it must have.</summary>
    IntegrityFailed,

    /// <summary>Disk, memory, descriptors or processes ran out, or a limit on outside input was passed.</summary>
    ResourceExhausted,

    /// <summary>The program in the container could not be started, or ended in a way that fails the operation.</summary>
    ContainerFailed,
}
