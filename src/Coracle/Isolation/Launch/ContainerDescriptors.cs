using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Mounts;

namespace Coracle.Isolation.Launch;

/// <summary>The descriptors of a request that are sent to its stub, and the numbers that they have there.</summary>
internal sealed class ContainerDescriptors
{
    private readonly List<FileDescriptor> _sent = [];
    private readonly List<int> _streams = [];

    internal ContainerDescriptors(LaunchRequest request)
    {
        FileDescriptor?[] streams = [request.StandardInput, request.StandardOutput, request.StandardError];
        for (int stream = 0; stream < streams.Length; stream++)
        {
            if (streams[stream] is not { } given)
                continue;
            _streams.Add(stream);
            _sent.Add(given);
        }

        Root = -1;
        if (request.Root is Mount.Detached root)
        {
            Root = StubDescriptors.FirstExtra + _sent.Count;
            _sent.Add(root.Descriptor);
        }
    }

    /// <summary>The descriptors, in the order of their numbers from <see cref="StubDescriptors.FirstExtra"/> on.</summary>
    internal IReadOnlyList<FileDescriptor> Sent => _sent;

    /// <summary>Which standard streams are among them; they come first.</summary>
    internal IReadOnlyList<int> Streams => _streams;

    /// <summary>The number of the root, if it is a mount that is there already.</summary>
    internal int Root { get; }
}
