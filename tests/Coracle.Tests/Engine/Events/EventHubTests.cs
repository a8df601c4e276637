using Coracle.Engine.Events;
using Coracle.State.Journal;
using Coracle.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.Tests.Engine.Events;

public sealed class EventHubTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EventHub _hub;

    public EventHubTests() => _hub = Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _hub.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Subscribe_EventsBeforeTheFirstRead_AreKept()
    {
        Publish(_hub, "earlier");
        IAsyncEnumerable<RuntimeEvent> events = _hub.Subscribe(null, Token);
        Publish(_hub, "create");
        Publish(_hub, "start");
        _hub.Dispose();
        (await ActionsAsync(events)).Should().Equal("create", "start");
    }

    [Fact]
    public async Task Subscribe_AfterClose_EndsAtOnce()
    {
        _hub.Dispose();
        (await ActionsAsync(_hub.Subscribe(null, Token))).Should().BeEmpty();
    }

    [Fact]
    public async Task Subscribe_Since_BeginsWithWhatHappenedBefore()
    {
        Publish(_hub, "earlier");
        IAsyncEnumerable<RuntimeEvent> events = _hub.Subscribe(new EventOptions { Since = DateTimeOffset.MinValue }, Token);
        Publish(_hub, "later");
        _hub.Dispose();
        (await ActionsAsync(events)).Should().Equal("earlier", "later");
    }

    [Fact]
    public async Task Subscribe_UntilATimeThatHasPassed_EndsWithWhatHappenedBefore()
    {
        Publish(_hub, "earlier");
        IAsyncEnumerable<RuntimeEvent> events = _hub.Subscribe(new EventOptions { Until = DateTimeOffset.UtcNow }, Token);
        Publish(_hub, "later");
        (await ActionsAsync(events)).Should().Equal("earlier");
    }

    [Fact]
    public async Task Subscribe_WithAnotherHubOnTheSameJournal_IsToldOfItsEvents()
    {
        using EventHub other = Open();
        await using IAsyncEnumerator<RuntimeEvent> events = _hub.Subscribe(null, Token).GetAsyncEnumerator(Token);
        Publish(other, "there");
        (await events.MoveNextAsync()).Should().BeTrue();
        events.Current.Action.Should().Be("there");
    }

    [Fact]
    public async Task Publish_FromManyThreads_IsToldToEverySubscriberInOneOrder()
    {
        IAsyncEnumerable<RuntimeEvent> first = _hub.Subscribe(null, Token);
        IAsyncEnumerable<RuntimeEvent> second = _hub.Subscribe(null, Token);
        await Parallel.ForAsync(0, 500, Token, (i, _) =>
        {
            Publish(_hub, $"{i}");
            return ValueTask.CompletedTask;
        });
        _hub.Dispose();
        List<string> told = await ActionsAsync(first);
        told.Should().BeEquivalentTo(Enumerable.Range(0, 500).Select(static i => $"{i}"));
        (await ActionsAsync(second)).Should().Equal(told);
    }

    [Fact]
    public async Task Publish_WhereNothingCanBeWritten_TellsTheSubscribersOfThisProcess()
    {
        using TempDirectory directory = new();
        using EventHub hub = new(new EventJournal(directory.Path), TimeProvider.System, NullLogger.Instance);
        IAsyncEnumerable<RuntimeEvent> events = hub.Subscribe(null, Token);
        File.Delete(Path.Combine(directory.Path, "journal"));
        Directory.CreateDirectory(Path.Combine(directory.Path, "journal"));
        Publish(hub, "lost");
        hub.Dispose();
        (await ActionsAsync(events)).Should().Equal("lost");
    }

    private EventHub Open() => new(new EventJournal(_directory.Path), TimeProvider.System, NullLogger.Instance);

    private static async Task<List<string>> ActionsAsync(IAsyncEnumerable<RuntimeEvent> events)
    {
        List<string> actions = [];
        await foreach (RuntimeEvent one in events.WithCancellation(Token))
            actions.Add(one.Action);
        return actions;
    }

    private static void Publish(EventHub hub, string action) =>
        hub.Publish(EventSubject.Container, action, "id", new Dictionary<string, string>());
}
