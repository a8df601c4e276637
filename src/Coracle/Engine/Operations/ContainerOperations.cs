using System.Buffers;
using Coracle.Engine.Lifecycle;

namespace Coracle.Engine.Operations;

/// <summary>Finds and lists containers; creation is in the other part.</summary>
internal sealed partial class ContainerOperations(EngineServices services, ImageOperations images)
    : IContainerOperations
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <inheritdoc />
    public Task<IContainer> GetAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(idOrName);
        cancellationToken.ThrowIfCancellationRequested();
        string id = services.Names.Find(idOrName) ?? FindByPrefix(idOrName);
        return services.Table.Find(id, services) is { } container
            ? Task.FromResult<IContainer>(new ContainerHandle(container, owns: false))
            : throw NotFound(idOrName);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerInfo>> ListAsync(
        ContainerListOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new ContainerListOptions();
        ContainerFilter filter = ContainerFilter.Of(options, Resolve, FindImage);
        List<ContainerInfo> list = [];
        foreach (string id in services.Containers.Ids())
        {
            if (services.Table.Find(id, services)?.TryInspect() is { } info && filter.Fits(info))
                list.Add(info);
        }
        list.Sort(static (a, b) => b.CreatedAt.CompareTo(a.CreatedAt));
        return Task.FromResult<IReadOnlyList<ContainerInfo>>(list);
    }

    private ContainerInfo Resolve(string idOrName) =>
        services.Table.Find(services.Names.Find(idOrName) ?? FindByPrefix(idOrName), services)?.TryInspect() ?? throw NotFound(idOrName);

    private Digest? FindImage(string idOrReference) => services.Images.Find(idOrReference)?.Info.Id;

    private string FindByPrefix(string prefix)
    {
        if (prefix.Length > 64 || prefix.AsSpan().ContainsAnyExcept(LowerHex))
            throw NotFound(prefix);
        string[] found = [.. services.Containers.Ids().Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Take(2)];
        return found switch
        {
            [var only] => only,
            [] => throw NotFound(prefix),
            _ => throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"find container: several container ids begin with '{prefix}' (give more of it)"),
        };
    }

    private static ContainerRuntimeException NotFound(string idOrName) =>
        new(RuntimeErrorKind.NotFound, $"find container: there is no container '{idOrName}'");
}
