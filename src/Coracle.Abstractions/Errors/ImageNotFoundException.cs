namespace Coracle;

/// <summary>An image is neither in the local store nor, where it was looked for, in its registry.</summary>
public sealed class ImageNotFoundException : ContainerRuntimeException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="reference">What was looked for.</param>
    /// <param name="message">Where it was looked for and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ImageNotFoundException(string reference, string message, Exception? innerException = null)
        : base(RuntimeErrorKind.NotFound, message, innerException) => Reference = reference;

    /// <summary>What was looked for: a reference, an image id, or a prefix of one.</summary>
    public string Reference { get; }
}
