namespace Coracle.TestSupport;

/// <summary>What became of a program.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error);
