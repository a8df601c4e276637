using System.Buffers.Binary;
using Coracle.Isolation.Launch.Stub;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch.Planning;

/// <summary>
/// Makes the message that the stub reads: operations, then data, with every address filled in. The format is in x64.S. A plan
/// that is longer than one message starts with operations that read the rest.
/// </summary>
internal static class PlanEncoder
{
    /// <param name="plan">The plan.</param>
    /// <param name="arm64">Whether it is for arm64.</param>
    /// <param name="origin">How many operations the stub has executed before those of this message.</param>
    /// <exception cref="ContainerRuntimeException">It is larger than the stub's memory.</exception>
    internal static PlanMessage Encode(LaunchPlan plan, bool arm64, int origin = 0)
    {
        int first = origin + PreludeLength(plan);
        int dataAt = (first + plan.Operations.Length) * PlanLayout.OperationSize;
        int end = dataAt + plan.Data.Length;
        int cellsAt = (end + Cell.Size - 1) & -Cell.Size;
        if (cellsAt + plan.CellBytes > PlanLayout.Capacity || first + plan.Operations.Length >= PlanLayout.NoPlan)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"start container: the launch plan has {end} bytes, at most {PlanLayout.Capacity} fit (arguments, environment or mounts are too many)");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(end - (origin * PlanLayout.OperationSize));
        new Writer(plan, bytes, arm64, origin, first, dataAt, cellsAt).Write();
        return new PlanMessage(bytes, first);
    }

    // One read for each further message; then a jump over an exit, which is where a read ends up when the host is gone.
    private static int PreludeLength(LaunchPlan plan)
    {
        int length = (plan.Operations.Length * PlanLayout.OperationSize) + plan.Data.Length;
        int prelude = 0;
        while (true)
        {
            int total = length + (prelude * PlanLayout.OperationSize);
            int reads = (total - 1) / PlanLayout.MessageCapacity;
            int needed = reads <= 0 ? 0 : reads + 2;
            if (needed == prelude)
                return prelude;
            prelude = needed;
        }
    }

    // Indices of operations and offsets of data count from the start of the stub's memory; the message lies at the origin.
    private readonly ref struct Writer(
        LaunchPlan plan, Span<byte> bytes, bool arm64, int origin, int first, int dataAt, int cellsAt)
    {
        private readonly Span<byte> _bytes = bytes;
        private readonly int _start = origin * PlanLayout.OperationSize;

        internal void Write()
        {
            if (first > origin)
                WritePrelude();
            ReadOnlySpan<Operation> operations = plan.Operations.Span;
            for (int i = 0; i < operations.Length; i++)
                WriteOperation(first + i, in operations[i]);
            plan.Data.Span.CopyTo(_bytes[(dataAt - _start)..]);
            foreach (DataPointer pointer in plan.Pointers)
                BinaryPrimitives.WriteInt64LittleEndian(_bytes[(dataAt - _start + pointer.Offset)..], AddressOf(pointer.Target.Kind, pointer.Target.Value));
        }

        private void WritePrelude()
        {
            int exit = first - 1;
            int reads = first - origin - 2;
            for (int i = 0; i < reads; i++)
            {
                Span<byte> read = Header(origin + i, SyscallNumber.Of(Syscall.read, arm64), onZero: exit);
                WriteArgument(read, 0, StubDescriptors.Control);
                WriteArgument(read, 1, PlanLayout.Base + _start + ((i + 1L) * PlanLayout.MessageCapacity));
                WriteArgument(read, 2, PlanLayout.MessageCapacity);
            }

            Header(exit - 1, PlanLayout.CalculationFlag, onZero: first);
            WriteArgument(Header(exit, SyscallNumber.Of(Syscall.exit_group, arm64), onZero: 0), 0, 1);
        }

        private void WriteOperation(int index, in Operation operation)
        {
            uint number = operation.IsCalculation ? PlanLayout.CalculationFlag : SyscallNumber.Of(operation.Call, arm64);
            Span<byte> target = Header(index, number, Target(operation.OnZero));
            int onError = operation.OnError == Operation.IgnoreErrors ? index + 1 : Target(operation.OnError);
            BinaryPrimitives.WriteUInt16LittleEndian(target[PlanLayout.OnErrorOffset..], (ushort)onError);
            BinaryPrimitives.WriteUInt16LittleEndian(target[PlanLayout.ToleratedErrnoOffset..], operation.ToleratedErrno);
            if (operation.Result != Operation.NoResult)
                BinaryPrimitives.WriteUInt32LittleEndian(target[PlanLayout.ResultOffset..], (uint)(cellsAt + operation.Result));
            int indirection = 0;
            for (int i = 0; i < Operation.ArgumentCount; i++)
            {
                OperandKind kind = operation.KindOf(i);
                WriteArgument(target, i, AddressOf(kind, operation.Values[i]));
                if (kind == OperandKind.CellValue)
                    indirection |= 1 << i;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(target[PlanLayout.IndirectionOffset..], (ushort)indirection);
        }

        private Span<byte> Header(int index, uint number, int onZero)
        {
            Span<byte> target = _bytes.Slice((index * PlanLayout.OperationSize) - _start, PlanLayout.OperationSize);
            target.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(target, number);
            BinaryPrimitives.WriteUInt16LittleEndian(target[PlanLayout.OnZeroOffset..], (ushort)onZero);
            return target;
        }

        private int Target(int label) => label == 0 ? 0 : plan.Labels[label] + first;

        private long AddressOf(OperandKind kind, long value) => kind switch
        {
            OperandKind.Immediate => value,
            OperandKind.DataAddress => PlanLayout.Base + dataAt + value,
            _ => PlanLayout.Base + cellsAt + value,
        };

        private static void WriteArgument(Span<byte> operation, int index, long value) =>
            BinaryPrimitives.WriteInt64LittleEndian(operation[(PlanLayout.ArgumentsOffset + (index * sizeof(long)))..], value);
    }
}
