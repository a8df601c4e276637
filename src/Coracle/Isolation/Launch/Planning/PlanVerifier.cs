using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch.Planning;

/// <summary>
/// Checks that a plan can't leave itself: jumps, cells and addresses stay inside, and the end is never run over. A mistake here
/// is one of ours, so it is no error of the caller; it is cheap enough to be asked at every start.
/// </summary>
internal static class PlanVerifier
{
    /// <exception cref="InvalidOperationException">The plan is wrong.</exception>
    internal static void Verify(LaunchPlan plan)
    {
        ReadOnlySpan<Operation> operations = plan.Operations.Span;
        if (operations.IsEmpty || !NeverFallsThrough(plan, in operations[^1]))
            throw Wrong(operations.Length - 1, "the plan runs over its end");
        for (int i = 0; i < operations.Length; i++)
        {
            ref readonly Operation operation = ref operations[i];
            VerifyTarget(plan, i, operation.OnZero);
            if (operation.OnError != Operation.IgnoreErrors)
                VerifyTarget(plan, i, operation.OnError);
            if (operation.Result != Operation.NoResult)
                VerifyRange(i, operation.Result, plan.CellBytes);
            for (int argument = 0; argument < Operation.ArgumentCount; argument++)
                VerifyAddress(plan, i, operation.KindOf(argument), operation.Values[argument]);
        }

        foreach (DataPointer pointer in plan.Pointers)
            VerifyAddress(plan, operations.Length, pointer.Target.Kind, pointer.Target.Value);
    }

    private static bool NeverFallsThrough(LaunchPlan plan, in Operation last)
    {
        bool tolerant = last.OnError == Operation.IgnoreErrors;
        if (last.IsCalculation)
        {
            return last.Kinds == 0 && (last.Values[0] & last.Values[2]) - last.Values[1] is var result
                && (result < 0 ? !tolerant : result == 0 && last.OnZero != 0);
        }

        return last.Call is Syscall.exit_group or Syscall.execve && !tolerant;
    }

    private static void VerifyTarget(LaunchPlan plan, int index, int label)
    {
        // Operation 0 can't be a target: 0 stands for "none" in the format.
        if (label != 0 && (plan.Labels[label] <= 0 || plan.Labels[label] >= plan.Operations.Length))
            throw Wrong(index, "a jump leaves the plan");
    }

    private static void VerifyAddress(LaunchPlan plan, int index, OperandKind kind, long value)
    {
        if (kind == OperandKind.DataAddress)
            VerifyRange(index, value, plan.Data.Length);
        else if (kind != OperandKind.Immediate)
            VerifyRange(index, value, plan.CellBytes);
    }

    private static void VerifyRange(int index, long offset, int length)
    {
        if (offset < 0 || offset >= length)
            throw Wrong(index, "an address is outside of the plan");
    }

    private static InvalidOperationException Wrong(int index, string reason) =>
        new($"launch plan: operation {index}: {reason}");
}
