using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

public sealed class NameTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task Rename_IsSeenByAllHandlesAndProcesses()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(Sleeping with { Name = "before" }, Token);
        await using CoracleRuntime elsewhere = await CoracleRuntime.OpenAsync(Options(), Token);
        await using IContainer other = await elsewhere.Containers.GetAsync("before", Token);

        await container.RenameAsync("after", Token);

        container.Name.Should().Be("after");
        other.Name.Should().Be("after");
        (await other.InspectAsync(Token)).Name.Should().Be("after");
        (await Runtime.Containers.GetAsync("after", Token)).Id.Should().Be(container.Id);
        await FluentActions.Awaiting(() => Runtime.Containers.GetAsync("before", Token))
            .Should().ThrowAsync<ContainerRuntimeException>().Where(static e => e.Kind == RuntimeErrorKind.NotFound);
        await using IContainer next = await Runtime.Containers.CreateAsync(Sleeping with { Name = "before" }, Token);
        next.Name.Should().Be("before", "the old name is free");
    }

    [Fact]
    public async Task Rename_TellsTheOldName()
    {
        IAsyncEnumerable<RuntimeEvent> events = Runtime.WatchEventsAsync(new EventOptions { Actions = { "rename" } }, Token);
        await using (IContainer container = await Runtime.Containers.CreateAsync(Sleeping with { Name = "before" }, Token))
            await container.RenameAsync("after", Token);
        await CloseAsync();
        List<RuntimeEvent> renames = [];
        await foreach (RuntimeEvent one in events)
            renames.Add(one);
        renames.Should().ContainSingle().Which.Attributes.Should().Contain("oldName", "before").And.Contain("name", "after");
    }

    [Fact]
    public async Task Rename_ToATakenWrongOrSameName_Fails()
    {
        await using IContainer one = await Runtime.Containers.CreateAsync(Sleeping with { Name = "one" }, Token);
        await using IContainer two = await Runtime.Containers.CreateAsync(Sleeping with { Name = "two" }, Token);
        await ShouldConflictAsync(() => one.RenameAsync("two", Token), "The container name \"two\" is already in use");
        foreach (string name in (string[])["one", "", "a b", "-x"])
        {
            await FluentActions.Awaiting(() => one.RenameAsync(name, Token))
                .Should().ThrowAsync<ContainerRuntimeException>().Where(static e => e.Kind == RuntimeErrorKind.InvalidInput);
        }
        one.Name.Should().Be("one");
    }

    [Fact]
    public async Task Rename_OfManyToOneName_IsDoneByOne()
    {
        IContainer[] containers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Runtime.Containers.CreateAsync(Sleeping, Token)));
        int done = 0;
        await Task.WhenAll(containers.Select(async container =>
        {
            try
            {
                await container.RenameAsync("wanted", Token);
                Interlocked.Increment(ref done);
            }
            catch (ContainerRuntimeException e) when (e.Kind == RuntimeErrorKind.Conflict)
            {
            }
        }));
        done.Should().Be(1);
        containers.Count(static container => container.Name == "wanted").Should().Be(1);
        foreach (IContainer container in containers)
            await container.DisposeAsync();
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "names")).Should().BeEmpty();
    }

    [Fact]
    public async Task Rename_ByAnotherProcess_NameGoesWithTheContainer()
    {
        await using CoracleRuntime elsewhere = await CoracleRuntime.OpenAsync(Options(), Token);
        await using (IContainer container = await Runtime.Containers.CreateAsync(Sleeping with { Name = "before" }, Token))
        {
            await using IContainer other = await elsewhere.Containers.GetAsync("before", Token);
            await other.RenameAsync("after", Token);
        }
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "names")).Should().BeEmpty();
    }
}
