using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Coracle;

/// <summary>A signal (signal(7)), by its Linux number.</summary>
public readonly record struct Signal
{
    private const int RealTimeMin = 34; // as glibc counts: it keeps 32 and 33 to itself
    private const int RealTimeMax = 64;

    // Indexed by number - 1. Linux, x64 and arm64.
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
        "PWR", "SYS",
    ];

    /// <summary>Makes a signal from its number.</summary>
    /// <param name="number">1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such signal.</exception>
    public Signal(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, RealTimeMax);
        Number = number;
    }

    /// <summary>Ends the program at once; can't be caught.</summary>
    public static Signal Kill { get; } = new(9);

    /// <summary>Asks the program to end.</summary>
    public static Signal Term { get; } = new(15);

    /// <summary>What Ctrl-C sends.</summary>
    public static Signal Int { get; } = new(2);

    /// <summary>The terminal was closed; by custom, read the configuration again.</summary>
    public static Signal Hup { get; } = new(1);

    /// <summary>What Ctrl-\ sends.</summary>
    public static Signal Quit { get; } = new(3);

    /// <summary>For the program's own use.</summary>
    public static Signal Usr1 { get; } = new(10);

    /// <summary>For the program's own use.</summary>
    public static Signal Usr2 { get; } = new(12);

    /// <summary>The number; 0 for the default value, which is no signal.</summary>
    public int Number { get; }

    /// <summary>Parses a name with or without <c>SIG</c>, in any case, or a number; also <c>RTMIN+3</c>,
    /// <c>RTMAX-1</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">There is no such signal.</exception>
    public static Signal Parse(string text) => TryParse(text, out Signal signal)
        ? signal
        : throw new FormatException($"'{text}' is not a signal (a name such as SIGTERM, or a number from 1 to 64)");

    /// <summary>Parses a name with or without <c>SIG</c>, in any case, or a number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Signal signal)
    {
        signal = default;
        int number = Find(text?.Trim().ToUpperInvariant() ?? "");
        if (number is < 1 or > RealTimeMax)
            return false;
        signal = new Signal(number);
        return true;
    }

    /// <summary>The name, for example <c>SIGTERM</c>.</summary>
    public override string ToString() => Number switch
    {
        0 => "none",
        <= 31 => "SIG" + Names[Number - 1],
        RealTimeMin => "SIGRTMIN",
        > RealTimeMin => "SIGRTMIN+" + (Number - RealTimeMin).ToString(CultureInfo.InvariantCulture),
        _ => Number.ToString(CultureInfo.InvariantCulture),
    };

    private static int Find(string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number;
        if (name.StartsWith("SIG", StringComparison.Ordinal))
            name = name[3..];
        if (name.StartsWith("RTMIN", StringComparison.Ordinal))
            return Offset(name[5..], '+') is { } up ? RealTimeMin + up : 0;
        if (name.StartsWith("RTMAX", StringComparison.Ordinal))
            return Offset(name[5..], '-') is { } down ? RealTimeMax - down : 0;
        return name switch
        {
            "CLD" => 17,
            "POLL" => 29,
            "IOT" => 6,
            _ => Array.IndexOf(Names, name) + 1,
        };
    }

    private static int? Offset(string text, char sign) =>
        text.Length == 0 ? 0
        : text[0] == sign
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            && offset <= RealTimeMax - RealTimeMin ? offset
        : null;
}
