namespace Coracle;

/// <summary>Where a container is in its life.</summary>
public enum ContainerState
{
    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its program ended, or could not be started.</summary>
    Exited,
}
