using Coracle.Engine.Operations;

namespace Coracle.Tests.Engine.Operations;

public sealed class ContainerFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest Image = Digest.Parse("sha256:" + new string('a', 64));

    [Fact]
    public void Nothing_FitsWhatRuns()
    {
        ContainerFilter filter = Filter(static _ => { });

        filter.Fits(Info(ContainerState.Running)).Should().BeTrue();
        filter.Fits(Info(ContainerState.Paused)).Should().BeTrue();
        filter.Fits(Info(ContainerState.Restarting)).Should().BeTrue();
        filter.Fits(Info(ContainerState.Created)).Should().BeFalse();
        filter.Fits(Info(ContainerState.Exited)).Should().BeFalse();
    }

    [Fact]
    public void States_FitAlsoWithoutAll()
    {
        ContainerFilter filter = Filter(static options => options.States.Add(ContainerState.Exited));

        filter.Fits(Info(ContainerState.Exited)).Should().BeTrue();
        filter.Fits(Info(ContainerState.Running)).Should().BeFalse();
    }

    [Fact]
    public void ExitCodes_AreThoseOfContainersThatDoNotRun()
    {
        ContainerFilter filter = Filter(static options => options.ExitCodes.Add(3));

        filter.Fits(Info(ContainerState.Exited) with { ExitStatus = ExitStatus.FromCode(3) }).Should().BeTrue();
        filter.Fits(Info(ContainerState.Exited) with { ExitStatus = ExitStatus.FromCode(4) }).Should().BeFalse();
        filter.Fits(Info(ContainerState.Restarting) with { ExitStatus = ExitStatus.FromCode(3) }).Should().BeFalse();
        filter.Fits(Info(ContainerState.Created)).Should().BeFalse();
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("eb_", true)]
    [InlineData("db", false)]
    public void Names_FitInPart(string name, bool fits) =>
        Filter(options => options.Names.Add(name)).Fits(Info() with { Name = "web_1" }).Should().Be(fits);

    [Fact]
    public void Ids_FitAsPrefix()
    {
        ContainerInfo info = Info();

        Filter(options => options.Ids.Add(info.Id.Short)).Fits(info).Should().BeTrue();
        Filter(options => options.Ids.Add(info.Id.ToString()[1..])).Fits(info).Should().BeFalse();
    }

    [Fact]
    public void Ancestors_AreReferencesOrIds()
    {
        Filter(static options => options.Ancestors.Add("busybox")).Fits(Info()).Should().BeTrue("it was made from it");
        Filter(static options => options.Ancestors.Add("docker.io/library/busybox:latest")).Fits(Info()).Should().BeTrue();
        Filter(static options => options.Ancestors.Add("known")).Fits(Info()).Should().BeTrue("it is the same image");
        Filter(static options => options.Ancestors.Add("alpine")).Fits(Info()).Should().BeFalse();
    }

    [Fact]
    public void BeforeAndSince_AreExclusive()
    {
        Filter(static options => options.Before = "noon").Fits(Info() with { CreatedAt = Noon.AddSeconds(-1) }).Should().BeTrue();
        Filter(static options => options.Before = "noon").Fits(Info() with { CreatedAt = Noon }).Should().BeFalse();
        Filter(static options => options.Since = "noon").Fits(Info() with { CreatedAt = Noon.AddSeconds(1) }).Should().BeTrue();
        Filter(static options => options.Since = "noon").Fits(Info() with { CreatedAt = Noon }).Should().BeFalse();
    }

    [Theory]
    [InlineData("data", true)]
    [InlineData("/var/lib/data", true)]
    [InlineData("/tmp", true)]
    [InlineData("other", false)]
    public void Volumes_AreNamesOrTargets(string volume, bool fits)
    {
        ContainerInfo info = Info() with { Mounts = [new VolumeMount("data", "/var/lib/data"), new TmpfsMount("/tmp")] };

        Filter(options => options.Volumes.Add(volume)).Fits(info).Should().Be(fits);
    }

    [Fact]
    public void Filters_AreAllNeeded_LabelsToo()
    {
        ContainerInfo info = Info() with { Name = "web", Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } };

        Filter(static options => (options.Labels["a"], options.Labels["b"]) = (null, "2")).Fits(info).Should().BeTrue();
        Filter(static options => (options.Labels["a"], options.Labels["b"]) = ("1", "3")).Fits(info).Should().BeFalse();
        Filter(static options =>
        {
            options.Names.Add("db");
            options.Labels["a"] = null;
        }).Fits(info).Should().BeFalse();
    }

    private static ContainerFilter Filter(Action<ContainerListOptions> configure)
    {
        ContainerListOptions options = new();
        configure(options);
        return ContainerFilter.Of(options, static _ => Info() with { CreatedAt = Noon }, static text => text == "known" ? Image : null);
    }

    private static ContainerInfo Info(ContainerState state = ContainerState.Running) => new()
    {
        Id = ContainerId.New(),
        Name = "one",
        Spec = new ContainerSpec("busybox"),
        ImageId = Image,
        Arguments = [],
        Labels = new Dictionary<string, string>(),
        State = state,
        CreatedAt = Noon,
    };
}
