using System.Buffers.Binary;
using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Interop;

namespace Coracle.Tests.Isolation.Launch.Planning;

/// <summary>Runs an encoded plan as the stub does, with a kernel that the test plays.</summary>
internal sealed class StubSimulator
{
    private const int MostSteps = 10_000;

    private readonly byte[] _memory = new byte[PlanLayout.Capacity];
    private readonly Func<Syscall, long[], long> _kernel;
    private readonly bool _arm64;

    /// <param name="message">The plan.</param>
    /// <param name="kernel">Answers system calls.</param>
    /// <param name="arm64">Whether the plan was encoded for arm64.</param>
    internal StubSimulator(PlanMessage message, Func<Syscall, long[], long> kernel, bool arm64 = false)
    {
        message.Bytes.Span.CopyTo(_memory);
        _kernel = kernel;
        _arm64 = arm64;
    }

    /// <summary>Puts another message into the memory, as a read(2) of the plan does.</summary>
    internal void Load(PlanMessage message, long address) => message.Bytes.Span.CopyTo(_memory.AsSpan((int)(address - PlanLayout.Base)));

    internal List<Syscall> Calls { get; } = [];

    /// <summary>The code of the exit_group(2) that ended the plan.</summary>
    internal long ExitCode { get; private set; }

    /// <summary>The operation and errno of the failure that ended the plan; null if exit_group or execve did.</summary>
    internal (int Operation, int Errno)? Failure { get; private set; }

    internal StubSimulator Run()
    {
        int current = 0;
        for (int step = 0; step < MostSteps; step++)
        {
            ReadOnlySpan<byte> operation = _memory.AsSpan(current * PlanLayout.OperationSize, PlanLayout.OperationSize);
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(operation);
            long[] arguments = Arguments(operation);
            bool isCalculation = (number & PlanLayout.CalculationFlag) != 0;
            long result = isCalculation ? (arguments[0] & arguments[2]) - arguments[1] : Call(number, arguments);
            if (!isCalculation && Calls[^1] is Syscall.exit_group or Syscall.execve && result >= 0)
            {
                ExitCode = arguments[0];
                return this;
            }

            int target = (int)BinaryPrimitives.ReadUInt32LittleEndian(operation[PlanLayout.ResultOffset..]);
            int onZero = BinaryPrimitives.ReadUInt16LittleEndian(operation[PlanLayout.OnZeroOffset..]);
            int onError = BinaryPrimitives.ReadUInt16LittleEndian(operation[PlanLayout.OnErrorOffset..]);
            int tolerated = BinaryPrimitives.ReadUInt16LittleEndian(operation[PlanLayout.ToleratedErrnoOffset..]);
            if (target != 0)
                BinaryPrimitives.WriteInt64LittleEndian(_memory.AsSpan(target), result);
            if (result is < 0 and >= -4095)
            {
                if (onError == 0 || (tolerated != 0 && tolerated != -result))
                {
                    Failure = (current, (int)-result);
                    return this;
                }

                current = onError;
            }
            else
            {
                current = result == 0 && onZero != 0 ? onZero : current + 1;
            }
        }

        throw new InvalidOperationException("the plan does not end");
    }

    /// <summary>The same with a kernel that only looks at the path of faccessat(2).</summary>
    internal static StubSimulator Of(PlanMessage message, Func<Syscall, string?, long> kernel)
    {
        StubSimulator stub = null!;
        stub = new StubSimulator(
            message, (call, arguments) => kernel(call, call == Syscall.faccessat ? stub.Text(arguments[1]) : null));
        return stub;
    }

    /// <summary>The C string at an address.</summary>
    internal string Text(long address)
    {
        ReadOnlySpan<byte> rest = _memory.AsSpan((int)(address - PlanLayout.Base));
        return System.Text.Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    /// <summary>The word at an address.</summary>
    internal long Word(long address) => BinaryPrimitives.ReadInt64LittleEndian(_memory.AsSpan((int)(address - PlanLayout.Base)));

    /// <summary>Writes to an address, as a system call does.</summary>
    internal void Write(long address, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_memory.AsSpan((int)(address - PlanLayout.Base)));

    private long Call(uint number, long[] arguments)
    {
        Syscall call = Enum.GetValues<Syscall>().First(call => SyscallNumber.Of(call, _arm64) == number);
        Calls.Add(call);
        return _kernel(call, arguments);
    }

    private long[] Arguments(ReadOnlySpan<byte> operation)
    {
        int indirection = BinaryPrimitives.ReadUInt16LittleEndian(operation[PlanLayout.IndirectionOffset..]);
        long[] arguments = new long[Operation.ArgumentCount];
        for (int i = 0; i < arguments.Length; i++)
        {
            long value = BinaryPrimitives.ReadInt64LittleEndian(operation[(PlanLayout.ArgumentsOffset + (i * 8))..]);
            arguments[i] = (indirection >> i & 1) != 0 ? Word(value) : value;
        }

        return arguments;
    }
}
