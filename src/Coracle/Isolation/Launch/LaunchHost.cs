using Coracle.Isolation.Capabilities;
using Coracle.Isolation.Rootfs;

namespace Coracle.Isolation.Launch;

/// <summary>What a plan must know about the host. It does not change while this process lives.</summary>
/// <param name="Capabilities">What this process can give.</param>
/// <param name="Rootfs">What there is to mount and to hide.</param>
internal sealed record LaunchHost(HostCapabilities Capabilities, RootfsHost Rootfs)
{
    /// <summary>Looks.</summary>
    internal static LaunchHost Read() => new(HostCapabilities.Read(), RootfsHost.Read());
}
