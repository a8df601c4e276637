using System.Net;
using System.Text;
using Coracle.Distribution.Registry;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Registry;

public class HostileRegistryTests
{
    [Fact]
    public async Task Pull_ManifestOfAnotherDigest_IsRefused()
    {
        await using FakeRegistry registry = new();
        string digest = FakeImage.Create(1).AddTo(registry, "1");
        registry.Script = request => request.Path.EndsWith(digest)
            ? FakeResponse.Text(200, Encoding.UTF8.GetString(FakeImage.Create(2).ManifestBytes)) : null;

        await ExpectAsync(registry, $"a@{digest}", RuntimeErrorKind.IntegrityFailed, "*the manifest has the digest*");
    }

    [Fact]
    public async Task Pull_HeaderSaysAnotherDigest_IsRefused()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1);
        image.AddTo(registry, "1");
        registry.Script = request => request.Path.EndsWith("/manifests/1")
            ? FakeResponse.Text(200, Encoding.UTF8.GetString(image.ManifestBytes), ("Docker-Content-Digest", FakeRegistry.DigestOf([1])))
            : null;

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.IntegrityFailed, "*the manifest has the digest*");
    }

    [Fact]
    public async Task Pull_BlobOfAnotherDigest_IsRefusedAndLeavesNothing()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(10_000);
        image.AddTo(registry, "1");
        byte[] wrong = [.. image.Layers[0]];
        wrong[5000] ^= 0x40;
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0)) ? FakeRegistry.Blob(wrong, 0) : null;

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.IntegrityFailed, $"pull layer {image.LayerDigest(0)}: what came has the digest*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_EndlessBlob_IsCutOff(bool chunked)
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(10_000);
        image.AddTo(registry, "1");
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0))
            ? chunked
                ? FakeRegistry.Blob(image.Layers[0], 0) with { Endless = true, Chunked = true }
                : (FakeRegistry.Blob(image.Layers[0], 0) with { Endless = true }).With("Content-Length", "9000000000000000")
            : null;

        await ExpectAsync(
            registry, "a:1", RuntimeErrorKind.IntegrityFailed, chunked ? "*goes on after the*" : "*sends 9000000000000000 bytes*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_EndlessManifest_IsCutOff(bool chunked)
    {
        await using FakeRegistry registry = new();
        registry.Script = request => request.Path.EndsWith("/manifests/1")
            ? (FakeResponse.Text(200, new string(' ', 100_000)) with { Endless = true, Chunked = chunked })
                .With(chunked ? "X" : "Content-Length", "9000000000000000")
            : null;

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.IntegrityFailed, "*more than 4194304*");
    }

    [Fact]
    public async Task Pull_EndlessErrorBody_IsCutOff()
    {
        await using FakeRegistry registry = new();
        registry.Script = request => (FakeResponse.Text(400, new string('x', 100_000)) with { Endless = true, Chunked = true });

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.Unknown, "GET http://*/v2/a/manifests/1: 400*");
    }

    [Fact]
    public async Task Pull_CompressedAnswer_IsRefused()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(10);
        image.AddTo(registry, "1");
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0))
            ? FakeRegistry.Blob(image.Layers[0], 0).With("Content-Encoding", "gzip") : null;

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.IntegrityFailed, "*encoded as gzip*");
    }

    [Fact]
    public async Task Pull_ConnectionCutInTheMiddle_GoesOnByRange()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(3_000_000);
        image.AddTo(registry, "1");
        int cuts = 0;
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0)) && cuts++ < 3
            ? FakeRegistry.Blob(image.Layers[0], request.RangeStart) with { CutAfter = 700_000 } : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        registry.RequestsFor(image.LayerDigest(0)).Select(r => r.RangeStart).Should().BeInAscendingOrder().And.HaveCount(4);
        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_ConnectionCutAndNoRanges_PassesOverWhatItHas()
    {
        await using FakeRegistry registry = new() { Ranges = false };
        FakeImage image = FakeImage.Create(1_000_000);
        image.AddTo(registry, "1");
        bool cut = false;
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0)) && !cut && (cut = true)
            ? FakeRegistry.Blob(image.Layers[0], 0) with { CutAfter = 600_000 } : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_AlwaysCut_GivesUpAndKeepsThePart()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(100_000);
        image.AddTo(registry, "1");
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0))
            ? FakeRegistry.Blob(image.Layers[0], request.RangeStart) with { CutAfter = 10 } : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        (await pull.Should().ThrowAsync<RegistryException>()).Which.IsTransient.Should().BeTrue();
        registry.RequestsFor(image.LayerDigest(0)).Count.Should().BeLessThan(10);
        new FileInfo(Path.Combine(fixture.Content.IngestDirectory, fixture.Unfinished.Single())).Length.Should().BeLessThan(100);
    }

    [Fact]
    public async Task Pull_WrongRange_IsRefused()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(100_000);
        image.AddTo(registry, "1");
        registry.Script = request => !request.Path.EndsWith(image.LayerDigest(0)) ? null
            : request.RangeStart == 0 ? FakeRegistry.Blob(image.Layers[0], 0) with { CutAfter = 1000 }
            : FakeRegistry.Blob(image.Layers[0], request.RangeStart).With("Content-Range", "bytes 7-99/100");

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.IntegrityFailed, "*it sends bytes 7-99/100");
    }

    [Fact]
    public async Task Pull_ChunkedBlob_IsTaken()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(100_000);
        image.AddTo(registry, "1");
        registry.Script = request => request.Path.Contains("/blobs/")
            ? FakeRegistry.Blob(registry.Blobs[request.Path[(request.Path.LastIndexOf('/') + 1)..]], 0) with { Chunked = true } : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task Pull_FailsInPassing_IsTriedAgain(int status)
    {
        await using FakeRegistry registry = new();
        FakeImage.Create(10).AddTo(registry, "1");
        int failures = 0;
        registry.Script = _ => failures++ < 2 ? FakeResponse.Text(status, "busy", ("Retry-After", "0")) : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1");

        registry.RequestsFor("/manifests/1").Should().HaveCount(3);
    }

    [Fact]
    public async Task Pull_RateLimitForLong_SaysSoAtOnce()
    {
        await using FakeRegistry registry = new();
        registry.Script = _ => FakeResponse.Text(
            429, """{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached\u001b[31m your limit"}]}""", ("Retry-After", "3600"));

        RegistryException failure = await ExpectAsync(registry, "a:1", RuntimeErrorKind.Unavailable, "*rate limit*wait 3600 s)");

        failure.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        failure.RetryAfter.Should().Be(TimeSpan.FromHours(1));
        failure.Codes.Should().Equal("TOOMANYREQUESTS");
        failure.Message.Should().NotContain("\u001b");
        registry.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_RegistryFallsSilent_GivesUp()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(10_000);
        image.AddTo(registry, "1");
        TaskCompletionSource never = new();
        registry.Script = request => request.Path.EndsWith(image.LayerDigest(0))
            ? FakeRegistry.Blob(image.Layers[0], request.RangeStart) with { Pause = never.Task } : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync(timings: new RegistryTimings
        {
            Stall = TimeSpan.FromMilliseconds(500),
            FirstPause = TimeSpan.FromMilliseconds(1),
        });

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        await pull.Should().ThrowAsync<RegistryException>().WithMessage("*no byte came for 0.5 s");
    }

    [Fact]
    public async Task Pull_UnknownImage_IsNotFound()
    {
        await using FakeRegistry registry = new();
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        ImageNotFoundException failure = (await pull.Should().ThrowAsync<ImageNotFoundException>()).Which;
        failure.Message.Should().Contain($"{registry.Host} does not have {registry.Host}/a:1").And.Contain("MANIFEST_UNKNOWN");
        failure.InnerException.Should().BeOfType<RegistryException>().Which.Codes.Should().Equal("MANIFEST_UNKNOWN");
        fixture.Blobs.Should().BeEmpty();
    }

    [Fact]
    public async Task Pull_NobodyListens_NamesBothSchemes()
    {
        string host;
        await using (FakeRegistry gone = new())
            host = gone.Host;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        Func<Task> pull = () => fixture.PullAsync($"{host}/a:1");

        await pull.Should().ThrowAsync<RegistryException>().WithMessage($"GET https://{host}/*refused*and without TLS: GET http://{host}/*refused*");
    }

    [Fact]
    public async Task Pull_ForeignLayer_IsFetchedFromItsAddressWithoutCredentials()
    {
        await using FakeRegistry registry = new();
        await using FakeRegistry elsewhere = new();
        FakeImage image = FakeImage.Create(1000);
        image.Manifest["layers"]![0]!["mediaType"] = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
        image.Manifest["layers"]![0]!["urls"] = new System.Text.Json.Nodes.JsonArray("file:///etc/passwd", $"{elsewhere.Address}blobs/{image.LayerDigest(0)}");
        image.AddTo(registry, "1");
        registry.RemoveBlob(image.LayerDigest(0));
        elsewhere.AddBlob(image.Layers[0]);
        registry.Script = request => request["Authorization"] is null ? FakeResponse.Challenge("Basic realm=\"x\"") : null;
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();

        await fixture.PullAsync($"{registry.Host}/a:1", new PullOptions { Credentials = RegistryCredentials.FromPassword("u", "p") });

        elsewhere.Requests.Should().ContainSingle().Which["Authorization"].Should().BeNull();
    }

    [Fact]
    public async Task Pull_ForeignLayerNowhere_SaysSo()
    {
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(1000);
        image.Manifest["layers"]![0]!["urls"] = new System.Text.Json.Nodes.JsonArray($"{registry.Address}missing");
        image.AddTo(registry, "1");
        registry.RemoveBlob(image.LayerDigest(0));

        await ExpectAsync(registry, "a:1", RuntimeErrorKind.NotFound, "*nor is it at the address that the image names*");
    }

    private static async Task<RegistryException> ExpectAsync(
        FakeRegistry registry, string image, RuntimeErrorKind kind, string message)
    {
        using DistributionFixture fixture = await DistributionFixture.CreateAsync();
        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/{image}");

        ContainerRuntimeException failure = (await pull.Should().ThrowAsync<ContainerRuntimeException>().WithMessage(message)).Which;

        failure.Kind.Should().Be(kind);
        fixture.Images.List().Should().BeEmpty();
        fixture.Receiver.Layers.Should().BeEmpty();
        fixture.Unfinished.Should().NotContain(name => name.StartsWith("lease"));
        return failure as RegistryException ?? new RegistryException(kind, registry.Host, failure.Message);
    }
}
