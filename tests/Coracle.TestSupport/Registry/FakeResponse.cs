using System.Text;

namespace Coracle.TestSupport.Registry;

/// <summary>An answer of the fake registry, which may be as wrong as a test wants.</summary>
public sealed record FakeResponse
{
    /// <summary>The status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The headers. <c>Content-Length</c> is added unless <see cref="Chunked"/> is set or it is given here.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the body has no announced length.</summary>
    public bool Chunked { get; init; }

    /// <summary>How much of the body is sent before the connection is cut; null for all, and no cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the body is sent again and again, for ever.</summary>
    public bool Endless { get; init; }

    /// <summary>Is awaited after half of the body was sent.</summary>
    public Task Pause { get; init; } = Task.CompletedTask;

    /// <summary>An answer with text.</summary>
    public static FakeResponse Text(int status, string body, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        Dictionary<string, string> all = [];
        foreach ((string name, string value) in headers)
            all[name] = value;
        return new FakeResponse { Status = status, Body = Encoding.UTF8.GetBytes(body), Headers = all };
    }

    /// <summary>A redirect.</summary>
    public static FakeResponse Redirect(string location, int status = 307) => Text(status, "", ("Location", location));

    /// <summary>A challenge.</summary>
    public static FakeResponse Challenge(string challenge) => Text(
        401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""", ("WWW-Authenticate", challenge));

    /// <summary>The same with another header.</summary>
    public FakeResponse With(string name, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [name] = value } };
}
