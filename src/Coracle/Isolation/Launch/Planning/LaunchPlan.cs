namespace Coracle.Isolation.Launch.Planning;

/// <summary>
/// What the launch stub does: operations, data and cells, still without addresses. A pure value: nothing happens before
/// <see cref="PlanEncoder"/> makes a message of it and a stub reads that.
/// </summary>
internal sealed class LaunchPlan
{
    internal required ReadOnlyMemory<Operation> Operations { get; init; }

    /// <summary>The operation before which each label lies, by <see cref="Label.Id"/>; -1 if it was never put down.</summary>
    internal required IReadOnlyList<int> Labels { get; init; }

    internal required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The words of <see cref="Data"/> that are addresses.</summary>
    internal required IReadOnlyList<DataPointer> Pointers { get; init; }

    /// <summary>The offsets of the strings in <see cref="Data"/>.</summary>
    internal required IReadOnlyDictionary<string, int> Texts { get; init; }

    /// <summary>The structures in <see cref="Data"/>.</summary>
    internal required IReadOnlyList<DataBlock> Blocks { get; init; }

    internal required int CellBytes { get; init; }

    /// <summary>What it is for, as errors say it.</summary>
    internal string Goal { get; init; } = "start container";

    /// <summary>Whether it makes a terminal and sends the master side to the host.</summary>
    internal bool MakesTerminal { get; init; }
}
