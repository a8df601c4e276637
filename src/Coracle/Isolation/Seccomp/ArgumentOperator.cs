namespace Coracle.Isolation.Seccomp;

/// <summary>How an argument of a system call is compared.</summary>
internal enum ArgumentOperator
{
    NotEqual,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,

    /// <summary>The argument's bits under the mask equal the operand.</summary>
    MaskedEqual,
}
