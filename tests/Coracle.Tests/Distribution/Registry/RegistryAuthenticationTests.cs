using System.Globalization;
using System.Text;
using Coracle.TestSupport;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Registry;

public class RegistryAuthenticationTests
{
    private const string UserPassword = "Basic dXNlcjpwYXNz";

    private static readonly PullOptions Credentials = new() { Credentials = RegistryCredentials.FromPassword("user", "pass") };

    [Fact]
    public async Task Pull_Basic_SendsThePasswordWhenAsked()
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = request => request["Authorization"] == UserPassword ? null : FakeResponse.Challenge("Basic realm=\"r\"");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        registry.Requests.Should().ContainSingle(request => request["Authorization"] == null, "the first request asks whether it is needed");
    }

    [Fact]
    public async Task Pull_BasicWithoutCredentials_SaysWhereTheyCouldBe()
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = _ => FakeResponse.Challenge("Basic realm=\"r\"");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        (await pull.Should().ThrowAsync<RegistryException>().WithMessage("*RegistryOptions or /nonexistent/config.json*"))
            .Which.Kind.Should().Be(RuntimeErrorKind.Unauthorized);
        registry.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_WrongPassword_IsTriedOnce()
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = _ => FakeResponse.Challenge("Basic realm=\"r\"");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        await pull.Should().ThrowAsync<RegistryException>().WithMessage("*(the credentials are wrong or do not allow it)");
        registry.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Pull_Bearer_GetsOneTokenAndUsesItEverywhere()
    {
        await using FakeRegistry registry = Image(out _);
        await using TokenServer tokens = new();
        registry.Script = tokens.Guard(registry, "repository:a:pull");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        FakeRequest asked = tokens.Requests.Should().ContainSingle().Subject;
        asked["Authorization"].Should().Be(UserPassword);
        asked.Query.Should().Contain("scope=repository%3Aa%3Apull").And.Contain("service=the%20service").And.Contain("account=user");
        registry.Requests.Should().OnlyContain(request => request["Authorization"] != UserPassword, "the registry itself gets tokens only");
    }

    [Fact]
    public async Task Pull_BearerAnonymously_NeedsNoCredentials()
    {
        await using FakeRegistry registry = Image(out _);
        await using TokenServer tokens = new();
        registry.Script = tokens.Guard(registry, null);
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        tokens.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
        tokens.Requests[0].Query.Should().Contain("scope=repository%3Aa%3Apull", "it is the default");
    }

    [Fact]
    public async Task Pull_TokenExpiresInTheMiddle_GetsANewOne()
    {
        await using FakeRegistry registry = Image(out FakeImage image);
        await using TokenServer tokens = new();
        Func<FakeRequest, FakeResponse?> guard = tokens.Guard(registry, null);
        registry.Script = request =>
        {
            if (request.Path.EndsWith(image.LayerDigest(0)))
                tokens.Revoke("token1");
            return guard(request);
        };
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        tokens.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Pull_Twice_SharesTheToken()
    {
        await using FakeRegistry registry = Image(out _);
        await using TokenServer tokens = new();
        registry.Script = tokens.Guard(registry, null);
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");
        await fixture.PullAsync($"{registry.Host}/a:1");
        tokens.Requests.Should().ContainSingle();

        await fixture.PullAsync($"{registry.Host}/a:1", Credentials);
        tokens.Requests.Should().HaveCount(2, "another user has another token");
    }

    [Fact]
    public async Task Pull_IdentityToken_IsPostedToTheTokenServer()
    {
        await using FakeRegistry registry = Image(out _);
        await using TokenServer tokens = new();
        registry.Script = tokens.Guard(registry, null);
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync(
            $"{registry.Host}/a:1", new PullOptions { Credentials = RegistryCredentials.FromIdentityToken("refresh me") });

        FakeRequest asked = tokens.Requests.Should().ContainSingle().Subject;
        asked.Method.Should().Be("POST");
        asked.Body.Should().Contain("grant_type=refresh_token").And.Contain("refresh_token=refresh+me").And.Contain("scope=repository%3Aa%3Apull");
    }

    [Theory]
    [InlineData("http://token.example/token", "another host")]
    [InlineData("ftp://127.0.0.1/token", "not an http or https address")]
    [InlineData("/token", "not an http or https address")]
    [InlineData("http://user@127.0.0.1/token", "not an http or https address")]
    [InlineData("", "not an http or https address")]
    public async Task Pull_RealmThatMustNotHaveThePassword_IsRefused(string realm, string reason)
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = _ => FakeResponse.Challenge($"Bearer realm=\"{realm}\",service=\"s\"");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        (await pull.Should().ThrowAsync<RegistryException>().WithMessage($"*{reason}*")).Which.Kind.Should().Be(RuntimeErrorKind.Unauthorized);
    }

    [Theory]
    [InlineData(401, "{\"details\":\"incorrect username or password\"}", "*incorrect username or password*'user' are wrong*")]
    [InlineData(200, "{}", "*it has no token")]
    [InlineData(200, "{\"token\":\"a\\r\\nX-Evil: 1\"}", "*it has no token")]
    [InlineData(200, "<html>", "*not JSON")]
    public async Task Pull_TokenServerGivesNoToken_SaysWhy(int status, string body, string message)
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = request => request.Path == "/token"
            ? FakeResponse.Text(status, body)
            : FakeResponse.Challenge($"Bearer realm=\"{registry.Address}token\"");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        await pull.Should().ThrowAsync<RegistryException>().WithMessage(message);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Pull_BlobIsOnAnotherHost_GoesThereWithoutCredentials(int status)
    {
        await using FakeRegistry registry = Image(out _);
        await using FakeRegistry storage = new();
        foreach (byte[] blob in registry.Blobs.Values)
            storage.AddBlob(blob);
        registry.Script = request => request["Authorization"] != UserPassword ? FakeResponse.Challenge("Basic realm=\"r\"")
            : request.Path.Contains("/blobs/") ? FakeResponse.Redirect($"http://localhost:{storage.Address.Port}{request.Path}?sig=secret", status)
            : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        storage.Requests.Should().HaveCount(2).And.OnlyContain(request => request["Authorization"] == null);
    }

    [Fact]
    public async Task Pull_RedirectToAnotherHostAndBack_SendsNoCredentialsAnyMore()
    {
        await using FakeRegistry registry = Image(out FakeImage image);
        await using FakeServer hop = new();
        hop.Script = _ => FakeResponse.Redirect($"{registry.Address}stolen");
        registry.Script = request => request.Path == "/stolen" ? FakeRegistry.Blob(image.Config, 0)
            : request["Authorization"] != UserPassword ? FakeResponse.Challenge("Basic realm=\"r\"")
            : request.Path.EndsWith(FakeRegistry.DigestOf(image.Config)) ? FakeResponse.Redirect($"{hop.Address}x") : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        hop.Requests.Concat(registry.RequestsFor("/stolen")).Should().HaveCount(2).And.OnlyContain(request => request["Authorization"] == null);
    }

    [Fact]
    public async Task Pull_OtherHostAsksForCredentials_GetsNone()
    {
        await using FakeRegistry registry = Image(out _);
        await using FakeServer thief = new();
        thief.Script = _ => FakeResponse.Challenge("Basic realm=\"r\"");
        registry.Script = request => request.Path.Contains("/blobs/") ? FakeResponse.Redirect($"{thief.Address}x") : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1", Credentials);

        await pull.Should().ThrowAsync<RegistryException>();
        thief.Requests.Should().OnlyContain(request => request["Authorization"] == null);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "*scheme 'file'*")]
    [InlineData("http://user:password@127.0.0.1/", "*user name*")]
    [InlineData("", "*redirect*")]
    [InlineData("/v2/a/manifests/1", "*more than 8 redirects*")]
    public async Task Pull_RedirectThatMustNotBeFollowed_IsRefused(string location, string message)
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = _ => FakeResponse.Redirect(location);
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        (await pull.Should().ThrowAsync<RegistryException>().WithMessage(message)).Which.Message.Should().NotContain("password@");
    }

    [Fact]
    public async Task Pull_DockerConfiguration_IsUsed()
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = request => request["Authorization"] == UserPassword ? null : FakeResponse.Challenge("Basic realm=\"r\"");
        using TempDirectory directory = new();
        string config = directory.WriteFile("config.json", $$$$"""{"auths":{"{{{{registry.Host}}}}":{"auth":"dXNlcjpwYXNz"}}}""");
        using DistributionFixture fixture = await DistributionFixture.CreateAsync(dockerConfig: config);

        await fixture.PullAsync($"{registry.Host}/a:1");
    }

    [Fact]
    public async Task Pull_ProviderOfTheOptions_GoesBeforeDockers()
    {
        await using FakeRegistry registry = Image(out _);
        registry.Script = request => request["Authorization"] == UserPassword ? null : FakeResponse.Challenge("Basic realm=\"r\"");
        using TempDirectory directory = new();
        string config = directory.WriteFile("config.json", $$$$"""{"auths":{"{{{{registry.Host}}}}":{"auth":"d3Jvbmc6d3Jvbmc="}}}""");
        Provider provider = new();
        using DistributionFixture fixture = await DistributionFixture.CreateAsync(
            configure: options => options.Credentials = provider, dockerConfig: config);

        await fixture.PullAsync($"{registry.Host}/a:1");

        provider.Asked.Should().Be(registry.Host);
    }

    private static FakeRegistry Image(out FakeImage image)
    {
        FakeRegistry registry = new();
        image = FakeImage.Create(1000);
        image.AddTo(registry, "1");
        return registry;
    }

    private sealed class Provider : IRegistryCredentialProvider
    {
        public string? Asked { get; private set; }

        public ValueTask<RegistryCredentials?> GetCredentialsAsync(string registry, CancellationToken cancellationToken)
        {
            Asked = registry;
            return ValueTask.FromResult<RegistryCredentials?>(RegistryCredentials.FromPassword("user", "pass"));
        }
    }

    private sealed class TokenServer : FakeServer
    {
        private readonly HashSet<string> _valid = [];
        private int _issued;

        public void Revoke(string token) => _valid.Remove(token);

        public Func<FakeRequest, FakeResponse?> Guard(FakeRegistry registry, string? scope) => request =>
            request["Authorization"] is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && _valid.Contains(header[7..])
                ? null
                : FakeResponse.Challenge(
                    $"Bearer realm=\"{Address}token\",service=\"the service\"" + (scope is null ? "" : $",scope=\"{scope}\""));

        protected override FakeResponse Answer(FakeRequest request)
        {
            string token = string.Create(CultureInfo.InvariantCulture, $"token{Interlocked.Increment(ref _issued)}");
            _valid.Add(token);
            return new FakeResponse { Body = Encoding.UTF8.GetBytes($$$"""{"access_token":"{{{token}}}","expires_in":300,"issued_at":"x"}""") };
        }
    }
}
