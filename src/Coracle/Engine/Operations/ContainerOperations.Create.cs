using Coracle.Distribution.Images;
using Coracle.Engine.Lifecycle;
using Coracle.Engine.Specs;
using Coracle.Engine.Watching;
using Coracle.State;

namespace Coracle.Engine.Operations;

// Creation.
internal sealed partial class ContainerOperations
{
    private const int MaxGeneratedNames = 100;

    /// <inheritdoc />
    public async Task<IContainer> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new ContainerHandle(await CreateCoreAsync(spec, cancellationToken).ConfigureAwait(false), owns: true);
    }

    /// <inheritdoc />
    public async Task<IContainer> RunAsync(ContainerSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ManagedContainer container = await CreateCoreAsync(spec, cancellationToken).ConfigureAwait(false);
        try
        {
            await container.StartAsync(cancellationToken).ConfigureAwait(false);
            if (spec.ReadyWhen is { } condition)
                await container.WaitUntilReadyAsync(condition, spec.ReadyTimeout, cancellationToken).ConfigureAwait(false);
            return new ContainerHandle(container, owns: true);
        }
        catch
        {
            await container.RemoveIfPresentAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ManagedContainer> CreateCoreAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(services.IsClosing, typeof(IContainerRuntime));
        Check(spec);
        StoredImage image = await images.FindOrPullAsync(spec.Image, spec.Platform, cancellationToken).ConfigureAwait(false);
        ContainerId id = ContainerId.New();
        ProcessConfig process = ProcessConfig.Merge(spec, image.Info.Config, spec.HostName ?? id.Short);
        HealthCheck? health = HealthRules.Merge(spec.HealthCheck, image.Info.Config.HealthCheck);
        ContainerMounts mounts = ContainerMounts.Merge(spec, image.Info.Config);
        string name = ClaimName(spec.Name, id);
        ContainerRecord record = new()
        {
            Id = id.ToString(),
            Name = name,
            Owner = services.Owner.Id,
            CreatedAt = services.Time.GetUtcNow(),
            Spec = spec,
            Mounts = mounts.All,
            AnonymousVolumes = mounts.Anonymous,
            ImageId = image.Info.Id,
            Arguments = process.Arguments,
            StopSignal = process.StopSignal,
            Labels = process.Labels,
            HealthCheck = health,
        };
        try
        {
            services.Containers.Create(record, durable: spec.KeepAfterDispose);
            ManagedContainer container = new(services, record, ContainerRunState.New) { Process = process, Image = image };
            services.Table.Add(container);
            container.PublishCreated();
            return container;
        }
        catch
        {
            services.Names.Release(name, record.Id);
            throw;
        }
    }

    // Everything that can be known to be wrong before anything is made.
    private void Check(ContainerSpec spec)
    {
        if (spec.Name is not null)
            NameGenerator.Check(spec.Name);
        HashSet<string> targets = [];
        foreach (ContainerMount mount in spec.Mounts)
        {
            string target = SpecBuilder.ToSpecMount(mount, static volume => volume).Destination;
            if (!targets.Add(target))
                throw Invalid($"two mounts have the target '{target}'");
            if (mount is BindMount bind && !Path.Exists(bind.Source))
                throw Invalid($"the bind source path does not exist: {bind.Source}");
            if (mount is BindMount { Source: [not '/', ..] or [] } relative)
                throw Invalid($"the bind source path is not absolute: '{relative.Source}'");
            if (mount is VolumeMount { Volume: { } volume })
                VolumeOperations.CheckName(volume);
        }
        if (spec.HostName is { } hostName && !HostNames.IsValid(hostName))
            throw Invalid($"'{hostName}' is not a host name (up to 63 letters, digits and '-', or several of these with dots)");
        if (spec.AutoRemove && spec.RestartPolicy != RestartPolicy.No)
            throw Invalid($"a container that removes itself can't have the restart policy '{spec.RestartPolicy}'");
        services.Cgroups.Check(SpecBuilder.BuildResources(spec.Resources));
    }

    private string ClaimName(string? wanted, ContainerId id)
    {
        if (wanted is not null)
        {
            return services.Names.TryClaim(wanted, id.ToString(), services.Owner.Id) is not { } holder
                ? wanted
                : throw NameGenerator.InUse("create container", wanted, holder);
        }
        for (int attempt = 0; attempt < MaxGeneratedNames; attempt++)
        {
            string name = NameGenerator.Generate(attempt);
            if (services.Names.TryClaim(name, id.ToString(), services.Owner.Id) is null)
                return name;
        }
        throw new ContainerRuntimeException(RuntimeErrorKind.ResourceExhausted, "create container: no free name was found");
    }

    private static ContainerRuntimeException Invalid(string what) =>
        new(RuntimeErrorKind.InvalidInput, "create container: " + what);
}
