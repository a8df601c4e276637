namespace Coracle;

/// <summary>
/// The failure of a runtime operation. The message says which step failed, on what, why, and what to do about it.
/// </summary>
/// <remarks>Misuse of the API is not reported by this type but by <see cref="ArgumentException"/>,
/// <see cref="InvalidOperationException"/> and <see cref="ObjectDisposedException"/>.</remarks>
public class ContainerRuntimeException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="kind">The class of the failure.</param>
    /// <param name="message">Step, object, reason, remedy. Lower case, no final period.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ContainerRuntimeException(RuntimeErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>The class of the failure.</summary>
    public RuntimeErrorKind Kind { get; }

    /// <summary>Whether the same call may succeed later without anything being changed.</summary>
    public virtual bool IsTransient => Kind == RuntimeErrorKind.Unavailable;

    /// <summary>The number of the system error (errno(3)) at the bottom of the failure, or 0.</summary>
    public int Errno { get; init; }

    /// <summary>Failures of the clean-up that followed. They never replace the cause.</summary>
    public IReadOnlyList<Exception> CleanupErrors { get; private set; } = [];

    internal void AddCleanupErrors(IReadOnlyList<Exception> errors) => CleanupErrors = [.. CleanupErrors, .. errors];
}
