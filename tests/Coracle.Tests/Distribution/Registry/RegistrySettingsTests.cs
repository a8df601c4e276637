using Coracle.Distribution.Registry;

namespace Coracle.Tests.Distribution.Registry;

public class RegistrySettingsTests
{
    [Fact]
    public void Endpoints_DockerHub_IsServedElsewhere()
    {
        RegistryEndpoint endpoint = new RegistrySettings(new RegistryOptions()).Endpoints("docker.io").Should().ContainSingle().Subject;

        endpoint.Name.Should().Be("docker.io");
        endpoint.Resolve("library/busybox", "manifests/1", plain: false).ToString()
            .Should().Be("https://registry-1.docker.io/v2/library/busybox/manifests/1");
    }

    [Theory]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.1.2.3", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("registry.example", false)]
    [InlineData("localhost.example", false)]
    [InlineData("10.0.0.1:5000", false)]
    public void Endpoints_Loopback_MayBePlain(string registry, bool expected) =>
        new RegistrySettings(new RegistryOptions()).Endpoints(registry)[0].MayBePlain.Should().Be(expected);

    [Fact]
    public void Endpoints_PlainHttp_IsNotAskedForTls()
    {
        RegistryOptions options = new();
        options.PlainHttp.Add("registry.example:5000");

        RegistryEndpoint endpoint = new RegistrySettings(options).Endpoints("Registry.example:5000")[0];

        endpoint.Resolve("a", "blobs/x", plain: false).ToString().Should().Be("http://registry.example:5000/v2/a/blobs/x");
        endpoint.MayBePlain.Should().BeFalse();
    }

    [Fact]
    public void Resolve_Plain_KeepsThePortUnlessItIsTheUsualOne()
    {
        RegistrySettings settings = new(new RegistryOptions());

        settings.Endpoints("localhost:5000")[0].Resolve("a", "x", plain: true).ToString().Should().Be("http://localhost:5000/v2/a/x");
        settings.Endpoints("localhost")[0].Resolve("a", "x", plain: true).ToString().Should().Be("http://localhost/v2/a/x");
    }

    [Fact]
    public void Endpoints_Mirrors_ComeFirstAndKeepTheirPath()
    {
        RegistrySettings settings = new(
            new RegistryOptions(), "docker.io=http://127.0.0.1:5000,https://m.example/hub/ ; quay.io = https://q.example/p");

        settings.Endpoints("docker.io").Select(e => e.Resolve("library/a", "x", plain: false).ToString()).Should().Equal(
            "http://127.0.0.1:5000/v2/library/a/x",
            "https://m.example/v2/hub/library/a/x",
            "https://registry-1.docker.io/v2/library/a/x");
        settings.Endpoints("quay.io")[0].Should().Match<RegistryEndpoint>(e => e.IsMirror && e.Name == "q.example");
        settings.Endpoints("quay.io")[0].Resolve("a", "x", plain: false).ToString().Should().Be("https://q.example/v2/p/a/x");
        settings.Endpoints("ghcr.io").Should().ContainSingle();
    }

    [Fact]
    public void Endpoints_OptionAndVariable_OptionDecides()
    {
        RegistryOptions options = new();
        options.Mirrors["docker.io"] = [new Uri("http://option.example")];

        new RegistrySettings(options, "docker.io=http://variable.example").Endpoints("docker.io")
            .Where(e => e.IsMirror).Select(e => e.Name).Should().Equal("option.example");
    }

    [Theory]
    [InlineData("docker.io")]
    [InlineData("=http://a")]
    [InlineData("docker.io=a:5000")]
    [InlineData("docker.io=ftp://a")]
    [InlineData("docker.io=http://user:secret@a")]
    [InlineData("docker.io=/relative")]
    public void ParseMirrors_Malformed_SaysSo(string text) =>
        FluentActions.Invoking(() => RegistrySettings.ParseMirrors(text)).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == RuntimeErrorKind.InvalidInput && e.Message.StartsWith("read registry mirrors: "));
}
