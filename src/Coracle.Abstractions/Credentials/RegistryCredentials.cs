namespace Coracle;

/// <summary>A user name and a password, or an identity token, for a registry.</summary>
public sealed class RegistryCredentials
{
    private RegistryCredentials(string? userName, string? password, string? identityToken) =>
        (UserName, Password, IdentityToken) = (userName, password, identityToken);

    /// <summary>The user name; null with an identity token.</summary>
    public string? UserName { get; }

    /// <summary>The password or access token; null with an identity token.</summary>
    public string? Password { get; }

    /// <summary>The OAuth2 refresh token; null with a password.</summary>
    public string? IdentityToken { get; }

    /// <summary>Credentials of a user name and a password or access token.</summary>
    /// <param name="userName">The user name.</param>
    /// <param name="password">The password.</param>
    public static RegistryCredentials FromPassword(string userName, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        ArgumentNullException.ThrowIfNull(password);
        return new RegistryCredentials(userName, password, null);
    }

    /// <summary>Credentials of an OAuth2 refresh token.</summary>
    /// <param name="token">The token.</param>
    public static RegistryCredentials FromIdentityToken(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        return new RegistryCredentials(null, null, token);
    }

    /// <summary>The user name, never a secret.</summary>
    public override string ToString() => UserName ?? "identity token";
}
