using System.Net.Sockets;
using Coracle.TestSupport;
using StackExchange.Redis;

namespace Coracle.IntegrationTests.Engine.Servers;

public sealed class RedisTests(FixtureRegistry registry) : ServerTest(registry)
{
    [Fact]
    public async Task Redis_SetAndGet_WorkAndItStops()
    {
        // The entry point gives up root: the directory of the host must let that user in.
        File.SetUnixFileMode(SharedDirectory, (UnixFileMode)0x1FF);
        await using IContainer redis = await Runtime.Containers.RunAsync(
            new ContainerSpec(await Registry.GetImageAsync("redis:latest"))
            {
                Command = ["redis-server", "--unixsocket", "/run/shared/redis.sock", "--unixsocketperm", "777"],
                Mounts = [new BindMount(SharedDirectory, "/run/shared")],
            },
            Token);
        await WaitForLineAsync(redis, "ready to accept connections at");

        ConfigurationOptions options = new() { EndPoints = { new UnixDomainSocketEndPoint(Path.Combine(SharedDirectory, "redis.sock")) } };
        await using (ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(options))
        {
            IDatabase database = client.GetDatabase();
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => database.StringSetAsync($"key{i}", i)));
            ((int)await database.StringGetAsync("key617")).Should().Be(617);
        }

        (await redis.StopAsync(cancellationToken: Token)).Should().Be(ExitStatus.FromCode(0));
    }
}
