using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class WaitTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task NextExit_BeforeTheStart_IsTheEndOfTheRunToCome()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Shell("exit 4"), Token);
        Task<ExitStatus> next = container.WaitAsync(WaitCondition.NextExit, Token);
        await container.StartAsync(Token);
        (await next).Should().Be(ExitStatus.FromCode(4));

        next = container.WaitAsync(WaitCondition.NextExit, Token);
        next.IsCompleted.Should().BeFalse("that run is over");
        (await container.WaitAsync(WaitCondition.NotRunning, Token)).Should().Be(ExitStatus.FromCode(4));
        await container.StartAsync(Token);
        (await next).Should().Be(ExitStatus.FromCode(4));
    }

    [Fact]
    public async Task NextExit_OfARemovedContainer_NeverComes()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeping, Token);
        Task<ExitStatus> next = container.WaitAsync(WaitCondition.NextExit, Token);
        await container.RemoveAsync(cancellationToken: Token);
        await FluentActions.Awaiting(() => next).Should().ThrowAsync<ContainerRuntimeException>().Where(static e => e.Kind == RuntimeErrorKind.NotFound);
    }

    [Fact]
    public async Task Removed_TellsHowItEnded()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Shell("exit 6"), Token);
        Task<ExitStatus> removed = container.WaitAsync(WaitCondition.Removed, Token);
        await container.WaitAsync(Token);
        removed.IsCompleted.Should().BeFalse();
        await container.RemoveAsync(cancellationToken: Token);
        (await removed).Should().Be(ExitStatus.FromCode(6));
    }

    [Fact]
    public async Task Removed_NeverStarted_IsZero()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeping, Token);
        Task<ExitStatus> removed = container.WaitAsync(WaitCondition.Removed, Token);
        await container.RemoveAsync(cancellationToken: Token);
        (await removed).Should().Be(ExitStatus.FromCode(0));
    }

    [Fact]
    public async Task Wait_Cancelled_Stops()
    {
        await using IContainer container = await Runtime.Containers.CreateAsync(Sleeping, Token);
        foreach (WaitCondition condition in (WaitCondition[])[WaitCondition.NextExit, WaitCondition.Removed])
        {
            using CancellationTokenSource cancel = new();
            Task<ExitStatus> wait = container.WaitAsync(condition, cancel.Token);
            await cancel.CancelAsync();
            await FluentActions.Awaiting(() => wait).Should().ThrowAsync<OperationCanceledException>();
        }
    }
}
