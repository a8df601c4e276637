using System.Diagnostics;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>Events, also those of another process of the same data root.</summary>
public sealed class EventTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Watch_ContainersOfAnotherProcess_AreToldWhileTheyHappenAndAfterwards()
    {
        await Runtime.Images.PullAsync(Busybox, cancellationToken: Token);
        await using IAsyncEnumerator<RuntimeEvent> live =
            Runtime.WatchEventsAsync(new EventOptions { Actions = { "start" } }, Token).GetAsyncEnumerator(Token);

        using Process host = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Coracle.CrashHost"))
        {
            ArgumentList = { DataRoot, Busybox, "removed" },
            RedirectStandardOutput = true,
        })!;
        string id = "";
        for (int i = 0; i < 5; i++)
        {
            (await live.MoveNextAsync()).Should().BeTrue();
            id = live.Current.Id;
        }
        host.Kill();
        await host.WaitForExitAsync(Token);

        (await ActionsAsync(new EventOptions { Until = DateTimeOffset.UtcNow, Containers = { id } })).Should().Equal("create", "start");
        await CloseAsync();
        await OpenAsync();
        (await ActionsAsync(new EventOptions { Until = DateTimeOffset.UtcNow, Containers = { id } }))
            .Should().Equal(["create", "start", "die", "destroy"], "the sweep ends what the killed process ran");
    }

    [Fact]
    public async Task Watch_SinceATime_BeginsThere()
    {
        await RunAsync(Shell("true") with { Name = "first" });
        DateTimeOffset between = DateTimeOffset.UtcNow;
        await RunAsync(Shell("exit 3") with { Name = "second", Labels = new Dictionary<string, string> { ["tier"] = "front" } });

        EventOptions options = new() { Since = between, Until = DateTimeOffset.UtcNow };
        (await ActionsAsync(options)).Should().Equal("create", "start", "die", "destroy");
        options.Labels["tier"] = "back";
        (await ActionsAsync(options)).Should().BeEmpty();
    }

    private async Task<List<string>> ActionsAsync(EventOptions options)
    {
        List<string> actions = [];
        await foreach (RuntimeEvent one in Runtime.WatchEventsAsync(options, Token))
            actions.Add(one.Action);
        return actions;
    }
}
