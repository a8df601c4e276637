using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Coracle.Distribution.Registry;

/// <summary>Trusts the system's authorities, and the private ones that the options name.</summary>
internal sealed class CertificateValidator(X509Certificate2Collection authorities)
{
    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        // Only the chain may be made good by a private authority: a certificate for another host stays wrong.
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && authorities.Count > 0 && certificate is not null
            && IsTrusted(certificate, chain))
        {
            return true;
        }
        string reason = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is for another host"
            : chain is { ChainStatus.Length: > 0 }
                ? string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct())
            : "there is none";
        throw new UntrustedCertificateException(
            $"the certificate is not trusted: {reason} (a private authority is trusted by RegistryOptions.TrustedAuthorities)");
    }

    private bool IsTrusted(X509Certificate certificate, X509Chain? received)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // Only what the server sent: no download of missing certificates from addresses that it names.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (received is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(received.ChainPolicy.ExtraStore);
            foreach (X509ChainElement element in received.ChainElements)
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        using X509Certificate2 copy = new(certificate);
        return chain.Build(copy);
    }
}
