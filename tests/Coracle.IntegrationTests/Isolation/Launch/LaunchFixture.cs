using Coracle.Isolation.Launch;
using Coracle.Isolation.Seccomp;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;
using Coracle.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>A launcher, a root, and a default container to vary.</summary>
public sealed class LaunchFixture : IAsyncLifetime
{
    private static readonly LinuxSeccomp Seccomp = SeccompProfile.Default(DefaultSpec.Capabilities).Spec;

    internal Launcher Launcher { get; } = new(NullLogger<Launcher>.Instance, TimeProvider.System);

    public BusyboxRoot Root { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Prerequisite.RequireRoot();
        Prerequisite.RequireTool("busybox");
        Root = new BusyboxRoot();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Launcher.DisposeAsync();
        Root?.Dispose();
    }

    internal static RuntimeSpec Spec(params string[] args) => new()
    {
        Hostname = "box",
        Mounts = DefaultSpec.Mounts,
        Process = new SpecProcess
        {
            Args = args,
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"],
            Capabilities = new SpecCapabilities
            {
                Bounding = DefaultSpec.Capabilities,
                Effective = DefaultSpec.Capabilities,
                Permitted = DefaultSpec.Capabilities,
            },
        },
        Linux = new LinuxSpec
        {
            Namespaces = DefaultSpec.Namespaces,
            MaskedPaths = DefaultSpec.MaskedPaths,
            ReadonlyPaths = DefaultSpec.ReadonlyPaths,
            Seccomp = Seccomp,
        },
    };

    internal LaunchRequest Request(params string[] args) => Request(Spec(args));

    internal LaunchRequest Request(RuntimeSpec spec) => new() { Spec = spec, Root = new Mount.Bind(Root.Path) };

    /// <summary>A shell script in a default container with some changes.</summary>
    internal LaunchRequest Shell(string script, Func<SpecProcess, SpecProcess>? process = null, Func<LinuxSpec, LinuxSpec>? linux = null)
    {
        RuntimeSpec spec = Spec("/bin/sh", "-c", script);
        return Request(spec with
        {
            Process = process?.Invoke(spec.Process!) ?? spec.Process,
            Linux = linux?.Invoke(spec.Linux!) ?? spec.Linux,
        });
    }

    /// <summary>A shell script in a default container with more mounts.</summary>
    internal LaunchRequest ShellWithMounts(string script, params SpecMount[] mounts)
    {
        RuntimeSpec spec = Spec("/bin/sh", "-c", script);
        return Request(spec with { Mounts = [.. spec.Mounts, .. mounts] });
    }

    internal static SpecMount Bind(string source, string destination, params string[] options) =>
        new() { Source = source, Destination = destination, Type = "bind", Options = ["rbind", "rprivate", .. options] };

    internal Task<ContainerProcess> StartAsync(LaunchRequest request) =>
        Launcher.StartAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Runs a shell script in a default container.</summary>
    internal Task<RunResult> ShellAsync(string script) => RunAsync(Request("/bin/sh", "-c", script));

    /// <summary>Runs a container to its end and takes its output, standard error included.</summary>
    internal async Task<RunResult> RunAsync(LaunchRequest request)
    {
        (FileDescriptor reader, FileDescriptor writer) = Pipes.Create();
        ContainerProcess process;
        using (writer)
            process = await StartAsync(request with { StandardOutput = writer, StandardError = writer });
        using (process)
        {
            string output = await Pipes.ReadToEndAsync(reader);
            ExitStatus status = await process.Exited.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return new RunResult(status, output);
        }
    }
}
