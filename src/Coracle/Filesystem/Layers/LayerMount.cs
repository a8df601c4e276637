using Coracle.Kernel.Handles;

namespace Coracle.Filesystem.Layers;

/// <summary>The mount of one EROFS image, shared by all who use the layer in this process.</summary>
internal sealed class LayerMount(FileDescriptor descriptor)
{
    // One is the table's own.
    private int _references = 1;

    /// <summary>The root of the image. Valid while a reference is held.</summary>
    internal FileDescriptor Descriptor => descriptor;

    /// <summary>Takes a reference. False if the mount is gone.</summary>
    internal bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
                return true;
            references = seen;
        }
        return false;
    }

    /// <summary>Gives a reference back. The last one unmounts.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            descriptor.Dispose();
    }
}
