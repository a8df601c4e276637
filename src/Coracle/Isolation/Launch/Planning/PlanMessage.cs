namespace Coracle.Isolation.Launch.Planning;

/// <summary>An encoded plan, as it is sent to the stub.</summary>
/// <param name="bytes">All of it.</param>
/// <param name="first">The index in the stub of the plan's first operation.</param>
internal sealed class PlanMessage(ReadOnlyMemory<byte> bytes, int first)
{
    internal ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>How many messages it is sent in.</summary>
    internal int PartCount => (Bytes.Length + PlanLayout.MessageCapacity - 1) / PlanLayout.MessageCapacity;

    /// <summary>One of the messages.</summary>
    internal ReadOnlyMemory<byte> Part(int index)
    {
        int start = index * PlanLayout.MessageCapacity;
        return Bytes.Slice(start, Math.Min(PlanLayout.MessageCapacity, Bytes.Length - start));
    }

    /// <summary>The index in the plan of an operation that the stub names; negative if it is none of the plan's.</summary>
    internal int IndexOf(uint operation) => operation == PlanLayout.NoPlan ? -1 : (int)operation - first;
}
