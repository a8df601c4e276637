using Coracle.Streams.Terminals;

namespace Coracle;

/// <summary>The terminal that this process was started in: what a program needs to hand it to a container.</summary>
public static class HostTerminal
{
    /// <summary>The size of the terminal now.</summary>
    /// <value>Null if standard input or standard output is no terminal.</value>
    public static TerminalSize? Size => OwnTerminal.Size;

    /// <summary>Reads the keys as they are typed. <see cref="Console.OpenStandardInput()"/> does not: on a terminal it reads whole
    /// lines, and echoes them itself.</summary>
    public static Stream OpenInput() => OwnTerminal.OpenInput();

    /// <summary>Puts the terminal into raw mode: every key comes as it is typed, Ctrl-C too, and nothing is echoed here; the
    /// container's terminal does both.</summary>
    /// <returns>Disposing it gives the terminal its settings back. The end of this process does too, unless it is killed.</returns>
    /// <exception cref="InvalidOperationException">Standard input is no terminal.</exception>
    public static IDisposable EnterRawMode() =>
        OwnTerminal.EnterRawMode() ?? throw new InvalidOperationException("standard input is not a terminal");
}
