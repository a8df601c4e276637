using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>A further program comes into a container where others are, who look at it while it is on its way.</summary>
public sealed class ExecSecurityTests(LaunchFixture fixture) : IClassFixture<LaunchFixture>
{
    private const string Look = """
        until [ -e /proc/2 ]; do :; done
        for link in exe cwd root fd/0 fd/1 fd/2 fd/3 fd/4 fd/5 ns/mnt; do readlink /proc/2/$link && echo SEEN $link; done
        for file in environ maps mem auxv; do cat /proc/2/$file > /dev/null && echo SEEN $file; done
        grep -E '^(Cap(Prm|Eff|Bnd)|Seccomp:)' /proc/2/status
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HeldExec_ShowsNothing_AndHasNoPrivileges()
    {
        using FileDescriptor leaked = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, "/etc/shadow", Libc.O_RDONLY, 0), "open", "/etc/shadow");
        RuntimeSpec spec = LaunchFixture.Spec("/bin/sleep", "1000");
        using ContainerProcess container = await fixture.StartAsync(fixture.Request(spec));
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ExecRequest held = new() { Container = spec, InitProcess = container.Descriptor, Process = spec.Process! with { Args = ["/bin/true"] } };
        Task start = HeldStart.RunAsync(held, TimeSpan.FromSeconds(30), stop.Token);

        // Root with the default capabilities, the strongest that there is inside.
        (FileDescriptor reader, FileDescriptor writer) = Pipes.Create();
        ContainerProcess observer;
        using (writer)
        {
            observer = await fixture.Launcher.ExecAsync(
                held with
                {
                    Process = spec.Process! with { Args = ["/bin/sh", "-c", Look] }, StandardOutput = writer, StandardError = writer,
                },
                Token);
        }
        string seen = await Pipes.ReadToEndAsync(reader);
        observer.Dispose();

        seen.Should().NotContain("SEEN").And.NotContain("shadow").And.NotContain("memfd");
        seen.Should().Contain("CapPrm:\t00000000a80425fb").And.Contain("CapEff:\t00000000a80425fb")
            .And.Contain("CapBnd:\t00000000a80425fb").And.Contain("Seccomp:\t2");
        await stop.CancelAsync();
        await start.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
        container.Signal(Signal.Kill);
        await container.Exited;
    }
}
