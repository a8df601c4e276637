namespace Coracle.Distribution.Registry;

/// <summary>One place that serves a registry's content: the registry itself, or a mirror.</summary>
/// <param name="Name">Host and port as users write them: whose credentials are sent to it.</param>
/// <param name="Address">The base address. Its path, if any, ends with a slash and goes before the repository.</param>
/// <param name="IsMirror">Whether it is a mirror: then another endpoint follows, and a failure is no failure yet.</param>
/// <param name="MayBePlain">Whether HTTP is tried where HTTPS is not spoken.</param>
internal sealed record RegistryEndpoint(string Name, Uri Address, bool IsMirror = false, bool MayBePlain = false)
{
    /// <summary>The address of something of a repository, for example <c>manifests/latest</c>.</summary>
    internal Uri Resolve(string repository, string rest, bool plain)
    {
        UriBuilder builder = new(Address) { Path = $"/v2{Address.AbsolutePath}{repository}/{rest}" };
        if (plain && builder.Scheme != Uri.UriSchemeHttp)
        {
            builder.Port = Address.IsDefaultPort ? -1 : Address.Port;
            builder.Scheme = Uri.UriSchemeHttp;
        }
        return builder.Uri;
    }
}
