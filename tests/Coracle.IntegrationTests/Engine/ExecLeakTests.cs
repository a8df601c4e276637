using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine;

/// <summary>What is left when further programs are gone: nothing.</summary>
[Collection(HostTracesDefinition.Name)]
public sealed class ExecLeakTests(FixtureRegistry registry) : EngineTest(registry)
{
    [Fact]
    public async Task ManyExecs_SomeFailingSomeCancelled_LeaveNothing()
    {
        await using IContainer container = await Runtime.Containers.RunAsync(
            new ContainerSpec(Busybox) { Command = ["sleep", "1000"], StopTimeout = TimeSpan.Zero }, Token);
        await container.ExecToEndAsync(new ExecSpec("true"), cancellationToken: Token);
        HostTraces before = HostTraces.Take();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 120),
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Token },
            async (i, token) =>
            {
                switch (i % 6)
                {
                    case 0:
                        await container.Awaiting(c => c.ExecAsync(new ExecSpec("/nope"), token)).Should().ThrowAsync<ContainerStartException>();
                        break;
                    case 1:
                        using (CancellationTokenSource stop = new())
                        {
                            Task<ContainerResult> exec = container.ExecToEndAsync(new ExecSpec("sleep", "1000"), cancellationToken: stop.Token);
                            await Task.WhenAny(exec, Task.Delay(i / 12, token)); // anywhere between the call and the program
                            await stop.CancelAsync();
                            await exec.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
                        }
                        break;
                    case 2:
                        await using (await container.ExecAsync(new ExecSpec("sh") { Terminal = TerminalSize.Default }, token)) { }
                        break;
                    case 3:
                        await container.Awaiting(c => c.ExecAsync(new ExecSpec("true") { WorkingDirectory = "/nope", Terminal = TerminalSize.Default }, token))
                            .Should().ThrowAsync<ContainerStartException>();
                        break;
                    default:
                        ContainerResult result = await container.ExecToEndAsync(new ExecSpec("sh", "-c", $"echo {i}; exit {i}"), cancellationToken: token);
                        result.StandardOutput.Should().Be($"{i}\n");
                        result.Status.ExitCode.Should().Be(i);
                        break;
                }
            });

        ContainerResult left = await container.ExecToEndAsync(new ExecSpec("ps", "-o", "args"), cancellationToken: Token);
        left.StandardOutput.Trim().Split('\n').Should().HaveCount(3, "the header, the container's program, and ps");
        HostTraces after = HostTraces.Take();
        after.Descriptors.Should().BeLessThanOrEqualTo(before.Descriptors);
        after.Children.Should().BeLessThanOrEqualTo(before.Children + 1, "the stub of the next one may wait");
        after.Mounts.Should().BeLessThanOrEqualTo(before.Mounts);
        Directory.EnumerateDirectories("/sys/fs/cgroup", "exec-*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(path => path.Contains(container.Id.ToString(), StringComparison.Ordinal)).Should().HaveCountLessThanOrEqualTo(1);
    }
}
