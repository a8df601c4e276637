using System.Text.Json.Serialization;

namespace Coracle;

/// <summary>The size of a terminal, in characters.</summary>
/// <param name="Columns">The characters of a line, 0 to 65535; 0 if unknown.</param>
/// <param name="Rows">The lines, 0 to 65535; 0 if unknown.</param>
[method: JsonConstructor]
public readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>80 columns, 24 rows: what programs take for granted where nobody says.</summary>
    public static TerminalSize Default { get; } = new(80, 24);

    /// <summary>"80x24".</summary>
    public override string ToString() => $"{Columns}x{Rows}";
}
