using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Seccomp;

/// <summary>A condition on one argument of a system call.</summary>
/// <param name="Index">Which argument, 0 to 5.</param>
/// <param name="Operator">The comparison.</param>
/// <param name="Operand">What the argument is compared with.</param>
/// <param name="Mask">The bits that are looked at; all but for <see cref="ArgumentOperator.MaskedEqual"/>.</param>
internal readonly record struct ArgumentCondition(int Index, ArgumentOperator Operator, ulong Operand, ulong Mask)
{
    // seccomp_data has six arguments.
    private const uint ArgumentCount = 6;

    /// <summary>Reads a condition of a runtime spec for calls of an architecture.</summary>
    /// <exception cref="ContainerRuntimeException">It is malformed.</exception>
    internal static ArgumentCondition From(LinuxSeccompArg arg, bool is32Bit)
    {
        if (arg.Index >= ArgumentCount)
            throw Invalid($"there is no argument {arg.Index}");
        ArgumentOperator comparison = arg.Op switch
        {
            "SCMP_CMP_NE" => ArgumentOperator.NotEqual,
            "SCMP_CMP_LT" => ArgumentOperator.Less,
            "SCMP_CMP_LE" => ArgumentOperator.LessOrEqual,
            "SCMP_CMP_EQ" => ArgumentOperator.Equal,
            "SCMP_CMP_GE" => ArgumentOperator.GreaterOrEqual,
            "SCMP_CMP_GT" => ArgumentOperator.Greater,
            "SCMP_CMP_MASKED_EQ" => ArgumentOperator.MaskedEqual,
            _ => throw Invalid($"\"{arg.Op}\" is not an operator"),
        };
        ulong width = is32Bit ? uint.MaxValue : ulong.MaxValue;
        return comparison == ArgumentOperator.MaskedEqual
            ? new ArgumentCondition((int)arg.Index, comparison, arg.ValueTwo & width, arg.Value & width)
            : new ArgumentCondition((int)arg.Index, comparison, arg.Value & width, ulong.MaxValue);
    }

    internal bool Holds(ulong argument) => Operator switch
    {
        ArgumentOperator.NotEqual => argument != Operand,
        ArgumentOperator.Less => argument < Operand,
        ArgumentOperator.LessOrEqual => argument <= Operand,
        ArgumentOperator.Equal => argument == Operand,
        ArgumentOperator.GreaterOrEqual => argument >= Operand,
        ArgumentOperator.Greater => argument > Operand,
        _ => (argument & Mask) == Operand,
    };

    private static ContainerRuntimeException Invalid(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"compile seccomp profile: {reason}");
}
