namespace Coracle;

/// <summary>One try whether a container works: a program in it, or a connection from this process that needs none.</summary>
public abstract record HealthProbe
{
    private protected HealthProbe() { }

    /// <summary>Runs a program in the container: exit code 0 is success (<c>CMD</c>).</summary>
    /// <param name="command">The program and its arguments.</param>
    public static HealthProbe Command(params ReadOnlySpan<string> command) => new CommandProbe([.. command]);

    /// <summary>Runs a script with the image's shell, or <c>/bin/sh -c</c>: exit code 0 is success (<c>CMD-SHELL</c>).</summary>
    /// <param name="script">The script.</param>
    public static HealthProbe Shell(string script) => new ShellProbe(script);

    /// <summary>Connects to a port inside of the container's network, by its loopback.</summary>
    /// <param name="port">1 to 65535.</param>
    public static HealthProbe Tcp(int port) => new TcpProbe(port);

    /// <summary>Asks for a page inside of the container's network, by its loopback: a status of 200 to 399 is success.</summary>
    /// <param name="port">1 to 65535.</param>
    /// <param name="path">The path and query, with a leading slash.</param>
    public static HealthProbe Http(int port, string path = "/") => new HttpProbe(port, path);
}

/// <summary>Runs a program in the container.</summary>
/// <param name="Arguments">The program and its arguments.</param>
public sealed record CommandProbe(IReadOnlyList<string> Arguments) : HealthProbe;

/// <summary>Runs a script in the container.</summary>
/// <param name="Script">The script.</param>
public sealed record ShellProbe(string Script) : HealthProbe;

/// <summary>Connects to a port of the container.</summary>
/// <param name="Port">1 to 65535.</param>
public sealed record TcpProbe(int Port) : HealthProbe;

/// <summary>Asks for a page of the container.</summary>
/// <param name="Port">1 to 65535.</param>
/// <param name="Path">The path and query, with a leading slash.</param>
public sealed record HttpProbe(int Port, string Path) : HealthProbe
{
    /// <summary>Whether to use TLS. The certificate is not verified: nobody is between this process and the container.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Tls { get; init; }

    /// <summary>The one status that is success.</summary>
    /// <value>Default: null, for 200 to 399.</value>
    public int? ExpectedStatus { get; init; }

    /// <summary>Headers to send.</summary>
    /// <value>Default: none beside <c>Host: localhost</c> and the port.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
