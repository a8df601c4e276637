namespace Coracle;

/// <summary>What a container's life is bound to.</summary>
public enum ContainerLifetime
{
    /// <summary>The container can't outlive the process that started it, however that process ends: the kernel sees to
    /// it.</summary>
    Process,
}
