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
        : this(request.StandardInput, request.StandardOutput, request.StandardError)
    {
        if (request.Root is Mount.Detached root)
            Root = Add(root.Descriptor);
    }

    internal ContainerDescriptors(ExecRequest request)
        : this(request.StandardInput, request.StandardOutput, request.StandardError) => InitProcess = Add(request.InitProcess);

    private ContainerDescriptors(params FileDescriptor?[] streams)
    {
        for (int stream = 0; stream < streams.Length; stream++)
        {
            if (streams[stream] is not { } given)
                continue;
            _streams.Add(stream);
            _sent.Add(given);
        }
    }

    /// <summary>The descriptors, in the order of their numbers from <see cref="StubDescriptors.FirstExtra"/> on.</summary>
    internal IReadOnlyList<FileDescriptor> Sent => _sent;

    /// <summary>Which standard streams are among them; they come first.</summary>
    internal IReadOnlyList<int> Streams => _streams;

    /// <summary>The number of the root, if it is a mount that is there already.</summary>
    internal int Root { get; } = -1;

    /// <summary>The number of the first process of the container that a further program goes into.</summary>
    internal int InitProcess { get; } = -1;

    private int Add(FileDescriptor descriptor)
    {
        _sent.Add(descriptor);
        return StubDescriptors.FirstExtra + _sent.Count - 1;
    }
}
