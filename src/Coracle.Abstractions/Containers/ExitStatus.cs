namespace Coracle;

/// <summary>How a program ended: by an exit code or by a signal.</summary>
/// <param name="ExitCode">The code that the program gave, 0 to 255; 128 plus the number of the signal if one ended it, as
/// shells and Docker report it.</param>
/// <param name="Signal">The signal that ended it; null if it exited.</param>
public readonly record struct ExitStatus(int ExitCode, Signal? Signal)
{
    private const int SignalBase = 128;

    /// <summary>Whether the program exited with code 0.</summary>
    public bool IsSuccess => ExitCode == 0 && Signal is null;

    /// <summary>The status of a program that exited.</summary>
    /// <param name="code">0 to 255.</param>
    public static ExitStatus FromCode(int code) => new(code, null);

    /// <summary>The status of a program that a signal ended.</summary>
    /// <param name="signal">Which.</param>
    public static ExitStatus FromSignal(Signal signal) => new(SignalBase + signal.Number, signal);

    /// <summary>"exit code 3", or "signal SIGKILL (exit code 137)".</summary>
    public override string ToString() =>
        Signal is { } signal ? $"signal {signal} (exit code {ExitCode})" : $"exit code {ExitCode}";
}
