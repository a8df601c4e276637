using System.Collections.Concurrent;

namespace Coracle.Engine.Lifecycle;

/// <summary>The containers that this process has to do with, each known once.</summary>
internal sealed class ContainerTable
{
    private readonly ConcurrentDictionary<string, ManagedContainer> _containers = new();

    internal IEnumerable<ManagedContainer> All => _containers.Values;

    internal void Add(ManagedContainer container) => _containers[container.Record.Id] = container;

    internal void Remove(ManagedContainer container) =>
        _containers.TryRemove(KeyValuePair.Create(container.Record.Id, container));

    /// <summary>The container of an id, read from disk if this process did not know it; null if there is none.</summary>
    internal ManagedContainer? Find(string id, EngineServices services)
    {
        if (_containers.TryGetValue(id, out ManagedContainer? known))
            return known;
        return services.Containers.ReadRecord(id) is { } record
            ? _containers.GetOrAdd(id, _ => new ManagedContainer(services, record, services.Containers.ReadState(id)))
            : null;
    }
}
