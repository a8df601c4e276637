using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Registry;

public class MirrorTests
{
    [Fact]
    public async Task Pull_MirrorHasIt_DoesNotAskTheRegistry()
    {
        await using FakeRegistry mirror = new();
        FakeImage.Create(10).AddTo(mirror, "1");
        using DistributionFixture fixture = await CreateAsync("registry.invalid", mirror.Address);

        await fixture.PullAsync("registry.invalid/library/a:1");

        mirror.Requests.Should().OnlyContain(request => request.Path.StartsWith("/v2/library/a/"));
        fixture.Images.Find("registry.invalid/library/a:1").Should().NotBeNull("it keeps the name that was asked for");
    }

    [Fact]
    public async Task Pull_MirrorWithAPath_PutsItBeforeTheRepository()
    {
        await using FakeRegistry mirror = new();
        FakeImage.Create(10).AddTo(mirror, "1");
        using DistributionFixture fixture = await CreateAsync("registry.invalid", new Uri(mirror.Address, "hub/cache"));

        await fixture.PullAsync("registry.invalid/a:1");

        mirror.Requests.Should().OnlyContain(request => request.Path.StartsWith("/v2/hub/cache/a/"));
    }

    [Fact]
    public async Task Pull_MirrorDoesNotHaveIt_AsksTheNextAndThenTheRegistry()
    {
        await using FakeRegistry empty = new();
        await using FakeRegistry broken = new() { Script = _ => FakeResponse.Text(500, "") };
        await using FakeRegistry registry = new();
        FakeImage.Create(10, 20).AddTo(registry, "1");
        using DistributionFixture fixture = await CreateAsync(registry.Host, empty.Address, broken.Address);

        await fixture.PullAsync($"{registry.Host}/a:1");

        broken.Requests.Should().HaveCountLessThan(4, "a mirror that is down is not asked for each blob");
        empty.Requests.Should().HaveCount(4, "one that lacks the manifest may have a blob");
    }

    [Fact]
    public async Task Pull_MirrorLiesAboutABlob_TakesTheRegistrys()
    {
        await using FakeRegistry mirror = new();
        await using FakeRegistry registry = new();
        FakeImage image = FakeImage.Create(5000);
        image.AddTo(mirror, "1");
        image.AddTo(registry, "1");
        byte[] wrong = [.. image.Layers[0]];
        wrong[^1] ^= 1;
        mirror.Script = request => request.Path.EndsWith(image.LayerDigest(0)) ? FakeRegistry.Blob(wrong, 0) : null;
        using DistributionFixture fixture = await CreateAsync(registry.Host, mirror.Address);

        await fixture.PullAsync($"{registry.Host}/a:1");

        registry.Requests.Should().ContainSingle().Which.Path.Should().EndWith(image.LayerDigest(0));
        fixture.Receiver.Layers.Should().ContainSingle();
    }

    [Fact]
    public async Task Pull_MirrorAsksForCredentials_NeverGetsTheRegistrys()
    {
        await using FakeRegistry mirror = new() { Script = _ => FakeResponse.Challenge("Basic realm=\"x\"") };
        await using FakeRegistry registry = new();
        FakeImage.Create(10).AddTo(registry, "1");
        registry.Script = request => request["Authorization"] is null ? FakeResponse.Challenge("Basic realm=\"x\"") : null;
        using DistributionFixture fixture = await CreateAsync(registry.Host, mirror.Address);

        await fixture.PullAsync($"{registry.Host}/a:1", new PullOptions { Credentials = RegistryCredentials.FromPassword("u", "p") });

        mirror.Requests.Should().OnlyContain(request => request["Authorization"] == null);
    }

    [Fact]
    public async Task Pull_NobodyHasIt_NamesTheMirrorsToo()
    {
        await using FakeRegistry mirror = new() { Script = _ => FakeResponse.Text(403, "") };
        await using FakeRegistry registry = new();
        using DistributionFixture fixture = await CreateAsync(registry.Host, mirror.Address);

        Func<Task> pull = () => fixture.PullAsync($"{registry.Host}/a:1");

        await pull.Should().ThrowAsync<ImageNotFoundException>().WithMessage($"*mirrors asked before: GET {mirror.Address}v2/a/manifests/1: 403*");
    }

    private static Task<DistributionFixture> CreateAsync(string registry, params Uri[] mirrors) =>
        DistributionFixture.CreateAsync(configure: options => options.Mirrors[registry] = mirrors);
}
