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
    /// <exception cref="ContainerRuntimeException">It is larger than the stub's memory.</exception>
    internal static PlanMessage Encode(LaunchPlan plan, bool arm64)
    {
        int prelude = PreludeLength(plan);
        int dataAt = (prelude + plan.Operations.Length) * PlanLayout.OperationSize;
        int end = dataAt + plan.Data.Length;
        int cellsAt = (end + Cell.Size - 1) & -Cell.Size;
        if (cellsAt + plan.CellBytes > PlanLayout.Capacity || prelude + plan.Operations.Length >= PlanLayout.NoPlan)
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput,
                $"start container: the launch plan has {end} bytes, at most {PlanLayout.Capacity} fit (arguments, environment or mounts are too many)");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(end);
        new Writer(plan, bytes, arm64, prelude, dataAt, cellsAt).Write();
        return new PlanMessage(bytes, prelude);
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

    private readonly ref struct Writer(
        LaunchPlan plan, Span<byte> bytes, bool arm64, int prelude, int dataAt, int cellsAt)
    {
        private readonly Span<byte> _bytes = bytes;

        internal void Write()
        {
            if (prelude > 0)
                WritePrelude();
            ReadOnlySpan<Operation> operations = plan.Operations.Span;
            for (int i = 0; i < operations.Length; i++)
                WriteOperation(prelude + i, in operations[i]);
            plan.Data.Span.CopyTo(_bytes[dataAt..]);
            foreach (DataPointer pointer in plan.Pointers)
                BinaryPrimitives.WriteInt64LittleEndian(_bytes[(dataAt + pointer.Offset)..], AddressOf(pointer.Target.Kind, pointer.Target.Value));
        }

        private void WritePrelude()
        {
            int exit = prelude - 1;
            for (int i = 0; i < prelude - 2; i++)
            {
                Span<byte> read = Header(i, SyscallNumber.Of(Syscall.read, arm64), onZero: exit);
                WriteArgument(read, 0, StubDescriptors.Control);
                WriteArgument(read, 1, PlanLayout.Base + ((i + 1L) * PlanLayout.MessageCapacity));
                WriteArgument(read, 2, PlanLayout.MessageCapacity);
            }

            Header(prelude - 2, PlanLayout.CalculationFlag, onZero: prelude);
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
            Span<byte> target = _bytes.Slice(index * PlanLayout.OperationSize, PlanLayout.OperationSize);
            target.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(target, number);
            BinaryPrimitives.WriteUInt16LittleEndian(target[PlanLayout.OnZeroOffset..], (ushort)onZero);
            return target;
        }

        private int Target(int label) => label == 0 ? 0 : plan.Labels[label] + prelude;

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
