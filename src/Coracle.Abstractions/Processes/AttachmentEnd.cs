namespace Coracle;

/// <summary>Why an attachment ended.</summary>
public enum AttachmentEnd
{
    /// <summary>The detach keys were typed, or it was disposed. The container runs on.</summary>
    Detached,

    /// <summary>The container's program has ended.</summary>
    Exited,
}
