namespace Coracle.Isolation.Cgroups.Planning;

/// <summary>A value for a file of a control group.</summary>
/// <param name="Controller">Whose file it is.</param>
/// <param name="File">The name of the file.</param>
/// <param name="Value">The value.</param>
/// <param name="Optional">Whether nothing is lost that was asked for where the kernel does not have the file.</param>
internal sealed record CgroupWrite(string Controller, string File, string Value, bool Optional = false);
