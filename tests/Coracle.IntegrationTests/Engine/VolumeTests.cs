using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class VolumeTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task AutoRemove_RemovesContainerAndItsVolumes()
    {
        IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo x > /data/x; exit 3") with { AutoRemove = true, KeepAfterDispose = true, Mounts = [new VolumeMount("/data")] }, Token);
        (await container.WaitAsync(WaitCondition.Removed, Token)).Should().Be(ExitStatus.FromCode(3));
        (await container.WaitAsync(Token)).Should().Be(ExitStatus.FromCode(3));
        (await ListAllAsync()).Should().BeEmpty();
        (await Runtime.Volumes.ListAsync(Token)).Should().BeEmpty();
        (await ActionsAsync(container.Id)).Should().Equal("create", "start", "die", "destroy");
    }

    [Fact]
    public async Task AutoRemove_ThatCantBeStarted_IsRemoved()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(
            new ContainerSpec(Busybox) { Command = ["/nope"], AutoRemove = true, KeepAfterDispose = true }, Token);
        await FluentActions.Awaiting(() => container.StartAsync(Token)).Should().ThrowAsync<ContainerStartException>();
        (await ListAllAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task AutoRemove_WithRestartPolicy_IsRefused() =>
        await FluentActions.Awaiting(() => Runtime.Containers.CreateAsync(
                Sleeping with { AutoRemove = true, RestartPolicy = RestartPolicy.Always }, Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(static e => e.Kind == RuntimeErrorKind.InvalidInput);

    [Fact]
    public async Task AutoRemove_Created_IsKeptUntilItRan()
    {
        IContainer container = await Runtime.Containers.CreateAsync(Shell("true") with { AutoRemove = true, KeepAfterDispose = true }, Token);
        await CloseAsync();
        await OpenAsync();
        IContainer again = await Runtime.Containers.GetAsync(container.Id.ToString(), Token);
        await again.StartAsync(Token);
        await again.WaitAsync(WaitCondition.Removed, Token);
        (await ListAllAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnonymousVolume_GoesWithTheContainerIfAsked(bool asked)
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            Shell("echo x > /data/x") with { Mounts = [new VolumeMount("/data")] }, Token);
        await container.WaitAsync(Token);
        string name = ((VolumeMount)(await container.InspectAsync(Token)).Mounts.Should().ContainSingle().Subject).Volume!;
        string content = (await Runtime.Volumes.GetAsync(name, Token)).Path;
        (await File.ReadAllTextAsync(Path.Combine(content, "x"), Token)).Should().Be("x\n");

        await container.RemoveAsync(force: false, removeVolumes: asked, Token);

        (await Runtime.Volumes.ListAsync(Token)).Should().HaveCount(asked ? 0 : 1);
    }

    [Fact]
    public async Task AnonymousVolume_GoesWithDisposal_NamedOnesStay()
    {
        ContainerSpec spec = Shell("true") with { Mounts = [new VolumeMount("/one"), new VolumeMount("named", "/two")] };
        await OutputAsync(spec);
        (await Runtime.Volumes.ListAsync(Token)).Should().ContainSingle().Which.Name.Should().Be("named");
    }

    [Fact]
    public async Task AnonymousVolume_OfTwo_StaysWithTheOther()
    {
        await using IContainer one = await Runtime.Containers.RunAsync(Sleeping with { Mounts = [new VolumeMount("/data")] }, Token);
        string name = ((VolumeMount)(await one.InspectAsync(Token)).Mounts[0]).Volume!;
        await using IContainer other = await Runtime.Containers.RunAsync(Sleeping with { Mounts = [new VolumeMount(name, "/data")] }, Token);
        await one.DisposeAsync();
        (await Runtime.Volumes.GetAsync(name, Token)).Name.Should().Be(name);
    }

    [Fact]
    public async Task ImageVolume_IsAVolume()
    {
        ContainerSpec spec = new(await Registry.GetImageAsync("configured"));
        await using IContainer container = await Runtime.Containers.CreateAsync(spec with { Entrypoint = ["grep", " /srv/volume ", "/proc/self/mountinfo"] }, Token);
        ContainerMount mount = (await container.InspectAsync(Token)).Mounts.Should().ContainSingle().Subject;
        mount.Target.Should().Be("/srv/volume");
        await container.StartAsync(Token);
        (await container.WaitAsync(Token)).IsSuccess.Should().BeTrue();
        (await Runtime.Containers.ListAsync(new ContainerListOptions { All = true, Volumes = { ((VolumeMount)mount).Volume! } }, Token))
            .Should().ContainSingle();

        await using IContainer bound = await Runtime.Containers.CreateAsync(spec with { Mounts = [new TmpfsMount("/srv/volume/")] }, Token);
        (await bound.InspectAsync(Token)).Mounts.Should().ContainSingle().Which.Should().BeOfType<TmpfsMount>();
    }

    [Fact]
    public async Task EmptyVolume_GetsWhatTheImageHas_OwnersModesAndLinks()
    {
        const string List = "cd /home && ls -lnR . && cat /home/worker/file && readlink /home/worker/link";
        ContainerSpec spec = new(await Registry.GetImageAsync("configured")) { User = "root", WorkingDirectory = "/" };
        string image = await OutputAsync(spec with { Entrypoint = ["sh", "-c", "stat -c '%a %u %g %n' /home /home/worker"] });
        string volume = await OutputAsync(spec with
        {
            Entrypoint = ["sh", "-c", "stat -c '%a %u %g %n' /home /home/worker; cd /home/worker; echo x > file; ln -s file link"],
            Mounts = [new VolumeMount("home", "/home")],
        });
        volume.Should().Be(image);
        (await OutputAsync(spec with { Entrypoint = ["sh", "-c", List], Mounts = [new VolumeMount("home", "/home")] }))
            .Should().EndWith("x\nfile\n", "a volume that has something is left alone");
    }

    [Fact]
    public async Task EmptiedVolume_StaysEmpty()
    {
        ContainerSpec spec = Shell("ls /etc | wc -l; rm -rf /etc/*") with { Mounts = [new VolumeMount("/etc")] };
        await using IContainer container = await Runtime.Containers.CreateAsync(spec, Token);
        for (int i = 0; i < 2; i++)
        {
            await container.StartAsync(Token);
            (await container.WaitAsync(Token)).ExitCode.Should().BeLessThan(2);
        }
        string[] counts = (await container.ReadToEndAsync(OutputStream.StandardOutput, Token)).Split('\n');
        int.Parse(counts[0], System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(3);
        counts[1].Should().Be("3", "only what the runtime puts there: hosts, hostname, resolv.conf");
    }

    [Fact]
    public async Task EmptyVolume_OfManyAtOnce_IsFilledOnce()
    {
        ContainerSpec spec = Shell("ls -A /etc | wc -l");
        string expected = await OutputAsync(spec);
        string[] counts = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => OutputAsync(spec with { Mounts = [new VolumeMount("shared", "/etc")] })));
        counts.Should().OnlyContain(count => count == expected);
    }
}
