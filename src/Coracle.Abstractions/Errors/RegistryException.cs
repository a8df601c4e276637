using System.Net;

namespace Coracle;

/// <summary>A registry refused a request or answered with something that it must not answer.</summary>
public sealed class RegistryException : ContainerRuntimeException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="kind">The class of the failure.</param>
    /// <param name="registry">Host and port of the registry.</param>
    /// <param name="message">Method, address without secrets, status and the registry's own words.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public RegistryException(
        RuntimeErrorKind kind, string registry, string message, Exception? innerException = null)
        : base(kind, message, innerException) => Registry = registry;

    /// <summary>Host and port of the registry.</summary>
    public string Registry { get; }

    /// <summary>The status of the answer; null if there was none.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The error codes of the answer (OCI distribution specification, "Error Codes"), such as
    /// <c>MANIFEST_UNKNOWN</c>.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>How long the registry asks to wait before the next try (<c>Retry-After</c>); null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc />
    public override bool IsTransient =>
        Kind == RuntimeErrorKind.Unavailable
        || StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
}
