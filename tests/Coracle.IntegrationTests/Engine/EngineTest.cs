using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>A runtime of its own for each test, over the registry of fixtures.</summary>
public abstract class EngineTest(FixtureRegistry registry) : IAsyncLifetime
{
    private readonly TempDirectory _root = new();
    private IContainerRuntime? _runtime;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string DataRoot => Path.Combine(_root.Path, "data");

    protected IContainerRuntime Runtime => _runtime ?? throw new InvalidOperationException("no runtime is open");

    protected string Busybox { get; private set; } = "";

    protected FixtureRegistry Registry => registry;

    public async ValueTask InitializeAsync()
    {
        Prerequisite.RequireRoot();
        Busybox = await registry.GetImageAsync("busybox");
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
        _root.Dispose();
    }

    protected async Task OpenAsync() => _runtime = await CoracleRuntime.OpenAsync(Options(), Token);

    protected async Task CloseAsync()
    {
        if (_runtime is not null)
            await _runtime.DisposeAsync();
        _runtime = null;
    }

    protected virtual CoracleRuntimeOptions Options() => new() { DataRoot = DataRoot };

    protected ContainerSpec Shell(string script) => new(Busybox) { Command = ["sh", "-c", script] };

    protected ContainerSpec Sleeping => new(Busybox) { Command = ["sleep", "600"] };

    protected async Task<IReadOnlyList<ContainerInfo>> ListAllAsync() =>
        await Runtime.Containers.ListAsync(new ContainerListOptions { All = true }, Token);

    /// <summary>What happened to a container so far.</summary>
    protected async Task<List<string>> ActionsAsync(ContainerId id)
    {
        List<string> actions = [];
        EventOptions options = new() { Until = Options().TimeProvider.GetUtcNow(), Containers = { id.ToString() } };
        await foreach (RuntimeEvent one in Runtime.WatchEventsAsync(options, Token))
            actions.Add(one.Action);
        return actions;
    }

    /// <summary>Waits until a container has written a line.</summary>
    protected static async Task WaitForOutputAsync(IContainer container, string content)
    {
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
        {
            if (line.Content == content)
                return;
        }
        throw new InvalidOperationException($"the container has ended without the line '{content}'");
    }

    protected static async Task ShouldConflictAsync(Func<Task> act, string message) =>
        (await FluentActions.Awaiting(act).Should().ThrowAsync<ContainerRuntimeException>().WithMessage($"*{message}*"))
            .Which.Kind.Should().Be(RuntimeErrorKind.Conflict);

    protected Task<ContainerResult> RunAsync(ContainerSpec spec) => Runtime.Containers.RunToEndAsync(spec, Token);

    protected async Task<string> OutputAsync(ContainerSpec spec)
    {
        ContainerResult result = await RunAsync(spec);
        result.Status.Should().Be(ExitStatus.FromCode(0), result.StandardError);
        return result.StandardOutput;
    }
}
