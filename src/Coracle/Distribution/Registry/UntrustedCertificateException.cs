using System.Security.Authentication;

namespace Coracle.Distribution.Registry;

/// <summary>A server's certificate was refused. Tells that apart from a server that speaks no TLS.</summary>
internal sealed class UntrustedCertificateException(string message) : AuthenticationException(message);
