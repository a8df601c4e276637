namespace Coracle.Isolation.Launch.Planning;

/// <summary>The numbers that the stub (x64.S, arm64.S) and <see cref="PlanEncoder"/> agree on.</summary>
internal static class PlanLayout
{
    /// <summary>Where the plan lies in the stub's memory.</summary>
    internal const long Base = 0x800000;

    /// <summary>The room for a plan and its cells.</summary>
    internal const int Capacity = 0x400000;

    /// <summary>The longest message: what the stub reads at once.</summary>
    internal const int MessageCapacity = 0x20000;

    internal const int OperationSize = 64;

    /// <summary>The operation that a stub reports which could not read its plan; so no plan has so many.</summary>
    internal const int NoPlan = 0xFFFF;

    /// <summary>In the number of a system call: it is a calculation.</summary>
    internal const uint CalculationFlag = 0x80000000;

    internal const int IndirectionOffset = 4;
    internal const int OnZeroOffset = 6;
    internal const int OnErrorOffset = 8;
    internal const int ToleratedErrnoOffset = 10;
    internal const int ResultOffset = 12;
    internal const int ArgumentsOffset = 16;
}
