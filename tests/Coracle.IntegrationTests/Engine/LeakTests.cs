using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>What is left when containers are gone: nothing.</summary>
[Collection(HostTracesDefinition.Name)]
public sealed class LeakTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task ManyContainers_EightAtATime_LeaveNothing()
    {
        await RunAsync(Shell("true"));
        HostTraces before = HostTraces.Take();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 120),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
            async (i, token) =>
            {
                if (i % 3 == 0)
                {
                    await FluentActions.Awaiting(() => Runtime.Containers.RunAsync(new ContainerSpec(Busybox) { Command = ["/nope"] }, token))
                        .Should().ThrowAsync<ContainerStartException>();
                    return;
                }
                ContainerResult result = await Runtime.Containers.RunToEndAsync(Shell($"echo {i}; exit {i}"), token);
                result.StandardOutput.Should().Be($"{i}\n");
                result.Status.ExitCode.Should().Be(i);
            });

        HostTraces after = HostTraces.Take();
        after.Descriptors.Should().BeLessThanOrEqualTo(before.Descriptors);
        after.Children.Should().BeLessThanOrEqualTo(before.Children);
        after.Mounts.Should().BeLessThanOrEqualTo(before.Mounts);
        after.Cgroups.Should().BeLessThanOrEqualTo(before.Cgroups);
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "containers")).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "names")).Should().BeEmpty();
        await CloseAsync();

        // Closing does not wait long for files to be deleted: what it left, the next one deletes.
        while (Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "trash")).Any())
        {
            Token.ThrowIfCancellationRequested();
            await OpenAsync();
            await CloseAsync();
        }
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "run", "owners")).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(DataRoot, "run", "locks")).Where(static p => Path.GetFileName(p).StartsWith("container-", StringComparison.Ordinal))
            .Should().BeEmpty();
    }
}
