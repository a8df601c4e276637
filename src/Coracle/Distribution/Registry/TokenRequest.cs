using System.Security.Cryptography;
using System.Text;

namespace Coracle.Distribution.Registry;

/// <summary>What a token is asked for with.</summary>
/// <param name="Realm">The token server.</param>
/// <param name="Service">The registry's name at the token server; null if the challenge has none.</param>
/// <param name="Scope">What the token must allow.</param>
/// <param name="Credentials">Whose token; null for anybody's.</param>
internal sealed record TokenRequest(Uri Realm, string? Service, string Scope, RegistryCredentials? Credentials)
{
    /// <summary>Two requests with one key may share a token. Keeps no secret.</summary>
    internal string Key
    {
        get
        {
            string who = Credentials is null ? "" : $"{Credentials.UserName}\n{Credentials.Password}\n{Credentials.IdentityToken}";
            return $"{Realm}\n{Service}\n{Scope}\n{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(who)))}";
        }
    }
}
