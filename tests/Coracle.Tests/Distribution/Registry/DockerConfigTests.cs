using Coracle.Distribution.Registry;
using Coracle.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Tests.Distribution.Registry;

public sealed class DockerConfigTests : IDisposable
{
    // user:pass:word
    private const string Auth = "dXNlcjpwYXNzOndvcmQ=";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("docker.io", "https://index.docker.io/v1/")]
    [InlineData("docker.io", "index.docker.io")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("quay.io", "quay.io")]
    [InlineData("quay.io", "https://quay.io")]
    [InlineData("localhost:5000", "http://localhost:5000/v2/")]
    public void Find_KeyInAnyForm_GivesUserAndPassword(string registry, string key)
    {
        RegistryCredentials? found = Config(Auths(key)).Find(registry);

        found!.UserName.Should().Be("user");
        found.Password.Should().Be("pass:word");
    }

    [Theory]
    [InlineData("quay.io:443", "quay.io")]
    [InlineData("evil-quay.io", "quay.io")]
    [InlineData("quay.io.evil", "quay.io")]
    public void Find_OtherHost_GivesNothing(string registry, string key) =>
        Config(Auths(key)).Find(registry).Should().BeNull();

    [Fact]
    public void Find_IdentityToken_GoesBeforeThePassword() =>
        Config(Auths("a.io", "\"identitytoken\":\"token\",")).Find("a.io")!.IdentityToken.Should().Be("token");

    [Fact]
    public void Find_EntryOfACredentialStore_GoesOnAnonymously()
    {
        DockerConfig config = Config("""{"auths":{"a.io":{}},"credsStore":"desktop","credHelpers":{"b.io":"ecr-login"}}""");

        config.Find("a.io").Should().BeNull();
        config.HelperOf("a.io").Should().Be("desktop");
        config.HelperOf("b.io").Should().Be("ecr-login");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"auths\":{\"a.io\":{\"auth\":\"???\"}}}")]
    [InlineData("{\"auths\":{\"a.io\":null}}")]
    public void Find_BrokenFile_GoesOnAnonymously(string content) => Config(content).Find("a.io").Should().BeNull();

    [Fact]
    public void Find_NoFile_GivesNothing() =>
        new DockerConfig(_directory["none"], NullLogger.Instance).Find("a.io").Should().BeNull();

    private static string Auths(string key, string more = "") => $$$$"""{"auths":{"{{{{key}}}}":{{{{{more}}}}"auth":"{{{{Auth}}}}"}}}""";

    private DockerConfig Config(string content) => new(_directory.WriteFile("config.json", content), NullLogger.Instance);
}
