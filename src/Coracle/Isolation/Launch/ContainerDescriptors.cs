using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Isolation.Launch;

/// <summary>The numbers that the descriptors of a request have in the stub.</summary>
internal readonly struct ContainerDescriptors
{
    internal ContainerDescriptors(LaunchRequest request)
    {
        int next = StubDescriptors.FirstExtra;
        Root = request.Root is Mount.Detached ? next++ : -1;
        Count = next;
    }

    /// <summary>The root, if it is a mount that is there already.</summary>
    internal int Root { get; }

    /// <summary>How many there are, from 0 on.</summary>
    internal int Count { get; }

    /// <summary>The descriptors behind <see cref="StubDescriptors.Control"/>, in the order of the numbers.</summary>
    internal static FileDescriptor[] Extra(LaunchRequest request) =>
        request.Root is Mount.Detached detached ? [detached.Descriptor] : [];
}
