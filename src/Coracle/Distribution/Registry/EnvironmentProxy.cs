using System.Net;

namespace Coracle.Distribution.Registry;

/// <summary>The proxies that the environment names (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>), and none to this
/// machine itself: a proxy would look for the registry on its own loopback interface.</summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
}
