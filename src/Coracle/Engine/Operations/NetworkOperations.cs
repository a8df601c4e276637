namespace Coracle.Engine.Operations;

/// <summary>The networks that need no setting up.</summary>
internal sealed class NetworkOperations : INetworkOperations
{
    private static readonly NetworkInfo[] BuiltIn = [new("host", "host"), new("none", "null")];

    /// <inheritdoc />
    public Task<IReadOnlyList<NetworkInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<NetworkInfo>>(BuiltIn);
    }

    /// <inheritdoc />
    public Task<NetworkInfo> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        return Array.Find(BuiltIn, network => network.Name == name) is { } found
            ? Task.FromResult(found)
            : throw new ContainerRuntimeException(RuntimeErrorKind.NotFound, $"find network: there is no network '{name}'");
    }
}
