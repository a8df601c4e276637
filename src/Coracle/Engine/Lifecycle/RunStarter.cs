using Coracle.Distribution.Images;
using Coracle.Engine.Specs;
using Coracle.Filesystem.Snapshots;
using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Identity;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Paths;
using Coracle.Streams.Attach;
using Coracle.Streams.Logs;
using Coracle.Streams.Terminals;

namespace Coracle.Engine.Lifecycle;

/// <summary>
/// Starts one run of a container: root, user, spec, control group, streams, launch. If a step fails, the steps before it are
/// undone in reverse.
/// </summary>
internal sealed class RunStarter(EngineServices services, ManagedContainer container)
{
    private readonly UndoStack _undo = new();

    internal async Task<ContainerRun> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ContainerRun run = await StartCoreAsync(cancellationToken).ConfigureAwait(false);
            _undo.Release();
            return run;
        }
        catch (Exception e)
        {
            IReadOnlyList<Exception> failures = await _undo.UndoAsync().ConfigureAwait(false);
            if (e is ContainerRuntimeException known)
                known.AddCleanupErrors(failures);
            else if (failures.Count > 0)
                EngineLog.CleanupFailed(services.Logger, container.Record.Id, new AggregateException(failures));
            throw;
        }
    }

    private async Task<ContainerRun> StartCoreAsync(CancellationToken cancellationToken)
    {
        ContainerSpec spec = container.Record.Spec;
        string directory = services.Directories.Container(container.Id);
        string hostName = spec.HostName ?? container.Id.Short;
        if (DiesWithProcess)
            services.Launcher.Prepare();
        // What needs no root is done on another processor meanwhile.
        Task<(NetworkFiles Files, Cgroup Cgroup)> beside = Task.Run(
            () => (NetworkFiles.Write(directory, spec, hostName), CreateCgroup(spec)), CancellationToken.None);
        _undo.Push(() => RemoveCgroupAsync(beside));
        (ProcessConfig process, FileDescriptor root) = await PrepareRootAsync(directory, hostName, cancellationToken).ConfigureAwait(false);

        ResolvedUser user = UserResolver.Resolve(root, process.User, spec.AdditionalGroups);
        RootedPath.MakeDirectories(root, process.WorkingDirectory).Dispose();
        (NetworkFiles files, Cgroup cgroup) = await beside.ConfigureAwait(false);
        await new VolumeStarter(services, container).FillAsync(root, cancellationToken).ConfigureAwait(false);
        RuntimeSpec runtimeSpec = SpecBuilder.Build(
            spec, process, user.Spec, user.Home, hostName, Mounts(files), services.Cgroups.RestrictsDevices);
        return await LaunchAsync(runtimeSpec, root, cgroup, cancellationToken).ConfigureAwait(false);
    }

    private bool DiesWithProcess => container.Record.Spec.Lifetime == ContainerLifetime.Process;

    private Cgroup CreateCgroup(ContainerSpec spec) =>
        services.Cgroups.Create(container.Record.Id, SpecBuilder.BuildResources(spec.Resources));

    // Whatever else failed: it may still be being made.
    private static async ValueTask RemoveCgroupAsync(Task<(NetworkFiles Files, Cgroup Cgroup)> beside)
    {
        await ((Task)beside).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (beside.IsCompletedSuccessfully)
            await (await beside.ConfigureAwait(false)).Cgroup.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<(ProcessConfig, FileDescriptor)> PrepareRootAsync(
        string directory, string hostName, CancellationToken cancellationToken)
    {
        StoredImage image = container.Image ??= services.Images.Find(container.Record.ImageId.ToString())
            ?? throw new ImageNotFoundException(container.Record.ImageId.ToString(), $"start container: {container.Record.Name}: its image was removed (pull it again)");
        ProcessConfig process = container.Process ??= ProcessConfig.Merge(container.Record.Spec, image.Info.Config, hostName);
        using Snapshot snapshot = await services.Snapshots
            .PrepareAsync(directory, image.Layers, container.IsDurable, cancellationToken).ConfigureAwait(false);
        FileDescriptor root = snapshot.Mount();
        _undo.Push(root);
        return (process, root);
    }

    private List<SpecMount> Mounts(NetworkFiles files)
    {
        List<SpecMount> mounts =
        [
            FileMount("/etc/hosts", files.Hosts),
            FileMount("/etc/hostname", files.HostName),
            FileMount("/etc/resolv.conf", files.ResolvConf),
        ];
        VolumeStarter volumes = new(services, container);
        foreach (ContainerMount mount in container.Record.Mounts)
        {
            SpecMount wanted = SpecBuilder.ToSpecMount(mount, volumes.PathOf);
            mounts.RemoveAll(existing => existing.Destination == wanted.Destination);
            mounts.Add(wanted);
        }
        return mounts;
    }

    private async Task<ContainerRun> LaunchAsync(
        RuntimeSpec spec, FileDescriptor root, Cgroup cgroup, CancellationToken cancellationToken)
    {
        bool pipes = !spec.Process!.Terminal;
        using PipeEnds? output = pipes ? PipeEnds.ForOutput() : null;
        using PipeEnds? error = pipes ? PipeEnds.ForOutput() : null;
        using PipeEnds? input = pipes && container.Record.Spec.OpenStandardInput ? PipeEnds.ForInput() : null;
        ContainerProcess process = await services.Launcher.StartAsync(
            new LaunchRequest
            {
                Spec = spec,
                Root = new Kernel.Mounts.Mount.Detached(root),
                CgroupProcs = cgroup.ProcsPaths,
                StandardInput = input?.Theirs,
                StandardOutput = output?.Theirs,
                StandardError = error?.Theirs,
                Init = container.Record.Spec.Init,
                DieWithParent = DiesWithProcess,
            },
            cancellationToken).ConfigureAwait(false);
        TerminalMaster? terminal = process.Terminal is { } master ? new TerminalMaster(master) : null;
        (FileDescriptor, OutputStream)[] outputs = terminal is not null
            ? [(terminal.Output, OutputStream.StandardOutput)]
            : [(output!.TakeOurs(), OutputStream.StandardOutput), (error!.TakeOurs(), OutputStream.StandardError)];
        InputStream? keyboard = terminal?.Input ?? (input is null ? null : new InputStream(input.TakeOurs()));
        return new ContainerRun(Assemble(spec, process, root, cgroup, outputs, keyboard, terminal));
    }

    private RunParts Assemble(
        RuntimeSpec spec,
        ContainerProcess process,
        FileDescriptor root,
        Cgroup cgroup,
        (FileDescriptor Pipe, OutputStream Stream)[] outputs,
        InputStream? input,
        TerminalMaster? terminal)
    {
        ContainerLog log = container.Log;
        log.Open();
        CancellationTokenSource stop = new();
        return new RunParts
        {
            Id = container.Record.Id,
            Logger = services.Logger,
            Process = process,
            Spec = spec,
            Root = root,
            Cgroup = cgroup,
            Log = log,
            StopPumps = stop,
            Time = services.Time,
            Input = input,
            Terminal = terminal,
            Pumps = Task.WhenAll(outputs.Select(output => OutputPump.RunAsync(output.Pipe, output.Stream, log, services.Time, stop.Token))),
        };
    }

    private static SpecMount FileMount(string destination, string source) =>
        new() { Destination = destination, Type = "bind", Source = source, Options = ["rbind", "rprivate", "rw"] };
}
