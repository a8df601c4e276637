using Coracle.Engine.Events;

namespace Coracle.Tests.Engine.Events;

public sealed class EventHubTests
{
    private readonly EventHub _hub = new(TimeProvider.System);

    [Fact]
    public async Task Subscribe_EventsBeforeTheFirstRead_AreKept()
    {
        IAsyncEnumerable<RuntimeEvent> events = _hub.Subscribe(TestContext.Current.CancellationToken);
        Publish("create");
        Publish("start");
        _hub.Close();
        List<string> actions = [];
        await foreach (RuntimeEvent one in events)
            actions.Add(one.Action);
        actions.Should().Equal("create", "start");
    }

    [Fact]
    public async Task Subscribe_AfterClose_EndsAtOnce()
    {
        _hub.Close();
        await foreach (RuntimeEvent one in _hub.Subscribe(TestContext.Current.CancellationToken))
            Assert.Fail(one.Action);
    }

    private void Publish(string action) =>
        _hub.Publish(EventSubject.Container, action, "id", new Dictionary<string, string>());
}
