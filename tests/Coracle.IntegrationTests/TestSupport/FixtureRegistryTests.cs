using System.Net;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.TestSupport;

public class FixtureRegistryTests(FixtureRegistry fixtures)
{
    [Theory]
    [InlineData("busybox", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("busybox", "zstd", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("busybox", "uncompressed", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("busybox", "docker", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("library/busybox", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("configured", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("debian", "bookworm", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("debian", "zstd", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("postgres", "15", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("nginx", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("redis", "latest", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("python", "3", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("manyfiles", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("hundred", "latest", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("multiarch", "latest", "application/vnd.oci.image.index.v1+json")]
    [InlineData("multiarch", "docker", "application/vnd.docker.distribution.manifest.list.v2+json")]
    [InlineData("multiarch", "attested", "application/vnd.oci.image.index.v1+json")]
    [InlineData("oddities", "docker", "application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("tarball", "latest", "application/vnd.oci.image.manifest.v1+json")]
    public async Task Fixtures_EveryImage_IsServedInItsFormat(string repository, string tag, string mediaType)
    {
        string host = await fixtures.GetHostAsync();
        using HttpClient client = new() { BaseAddress = new Uri($"http://{host}/") };
        using HttpRequestMessage request = new(HttpMethod.Head, $"v2/{repository}/manifests/{tag}");
        request.Headers.TryAddWithoutValidation("Accept", mediaType);

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be(mediaType);
    }
}
