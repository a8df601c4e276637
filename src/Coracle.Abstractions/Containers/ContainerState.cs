namespace Coracle;

/// <summary>Where a container is in its life.</summary>
public enum ContainerState
{
    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its processes are frozen; <see cref="IContainer.UnpauseAsync"/> lets them go on.</summary>
    Paused,

    /// <summary>Its program ended, and <see cref="ContainerSpec.RestartPolicy"/> starts it again in a moment.</summary>
    Restarting,

    /// <summary>Its program ended, or could not be started.</summary>
    Exited,
}
