namespace Coracle.Scenarios.Measuring;

/// <summary>Gathers the contenders of a scenario, and owns what they need. Who can't take part is noted as missing.</summary>
internal sealed class Field(ScenarioContext context, Measurements measurements) : IAsyncDisposable
{
    private readonly List<Contender> _contenders = [];
    private readonly Stack<IAsyncDisposable> _owned = [];

    /// <summary>Who takes part.</summary>
    public IReadOnlyList<Contender> Contenders => _contenders;

    /// <summary>Adds us, who always take part.</summary>
    public void Add(Contender contender) => _contenders.Add(contender with { IsOurs = true });

    /// <summary>Adds a peer if it was asked for and can be had.</summary>
    public async Task AddPeerAsync(string peer, Func<Task<IReadOnlyList<Contender>>> prepare)
    {
        if (!context.Options.HasPeer(peer))
            return;
        try
        {
            _contenders.AddRange(await prepare());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            measurements.AddMissing(peer, e.Message);
        }
    }

    /// <summary>Disposes something at the end of the scenario.</summary>
    public T Own<T>(T thing) where T : IAsyncDisposable
    {
        _owned.Push(thing);
        return thing;
    }

    /// <summary>Disposes what is owned, the last first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? thing))
            await thing.DisposeAsync();
    }
}
