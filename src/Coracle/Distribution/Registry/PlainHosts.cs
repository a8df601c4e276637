using System.Collections.Concurrent;

namespace Coracle.Distribution.Registry;

/// <summary>The registries on the loopback interface that turned out to speak no TLS. Asked once, not for each blob.</summary>
internal sealed class PlainHosts
{
    private readonly ConcurrentDictionary<string, bool> _hosts = new(StringComparer.OrdinalIgnoreCase);

    internal bool Contains(string registry) => _hosts.ContainsKey(registry);

    /// <summary>Remembers one.</summary>
    /// <returns>Whether it was not known before.</returns>
    internal bool Add(string registry) => _hosts.TryAdd(registry, true);
}
