namespace Coracle.Isolation.Seccomp;

/// <summary>A range of values of an argument that goes up to the next one.</summary>
/// <param name="Start">Its first value.</param>
/// <param name="Action">What happens in it.</param>
internal sealed record ArgumentRange(uint Start, SeccompAction Action);
