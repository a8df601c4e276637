using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.TestSupport;

public class PrivateRegistryTests
{
    [Fact]
    public async Task Registry_Started_AnswersAndCountsRequests()
    {
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        using HttpClient client = new() { BaseAddress = registry.Address };

        (await client.GetAsync("v2/", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        registry.Port.Should().BePositive();
    }

    [Fact]
    public async Task Registry_WithTlsAndPassword_TakesOnlyThose()
    {
        PrivateRegistryOptions options = new() { BasicAuthentication = true, Tls = true };
        await using PrivateRegistry registry = await PrivateRegistry.StartAsync(options, TestContext.Current.CancellationToken);
        using SocketsHttpHandler handler = new()
        {
            Credentials = new NetworkCredential(PrivateRegistry.UserName, PrivateRegistry.Password),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { registry.Authority!.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using HttpClient known = new(handler) { BaseAddress = registry.Address };
        using HttpClient stranger = new() { BaseAddress = registry.Address };

        (await known.GetAsync("v2/", TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
        Func<Task> distrust = () => stranger.GetAsync("v2/", TestContext.Current.CancellationToken);
        await distrust.Should().ThrowAsync<HttpRequestException>();
    }
}
