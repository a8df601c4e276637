using Coracle.Isolation.Launch;

namespace Coracle.IntegrationTests.Isolation.Launch;

public sealed class StartTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    [Fact]
    public async Task Start_True_ExitsWithZero()
    {
        using ContainerProcess process = await fixture.StartAsync(fixture.Request("/bin/true"));

        (await process.Exited).Should().Be(ExitStatus.FromCode(0));
        await process.Released;
    }

    [Fact]
    public async Task Start_DefaultContainer_LooksLikeDockers()
    {
        RunResult result = await fixture.ShellAsync("id; hostname; pwd; ls /dev; cat /proc/mounts; ps; ls -l /proc/self/fd; grep -E 'Cap|Secc|NoNew' /proc/self/status; cat /proc/self/cgroup; ifconfig");

        result.Status.Should().Be(ExitStatus.FromCode(0), result.Output);
        TestContext.Current.TestOutputHelper!.WriteLine(result.Output);
    }
}
