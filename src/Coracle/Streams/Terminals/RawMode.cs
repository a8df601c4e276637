using Coracle.Kernel.Handles;
using Coracle.Kernel.Terminals;

namespace Coracle.Streams.Terminals;

/// <summary>A terminal in raw mode. Its settings come back when this is disposed, or at the latest when the process ends in
/// order.</summary>
internal sealed class RawMode : IDisposable
{
    private readonly FileDescriptor _terminal;
    private readonly byte[] _settings;
    private int _left;

    /// <param name="terminal">The terminal; owned from here on.</param>
    /// <param name="settings">Its settings.</param>
    internal RawMode(FileDescriptor terminal, byte[] settings)
    {
        (_terminal, _settings) = (terminal, settings);
        Terminal.Set(terminal, Terminal.RawFrom(settings));
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
            return;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Terminal.Set(_terminal, _settings);
        _terminal.Dispose();
    }

    private void OnProcessExit(object? sender, EventArgs e) => Dispose();
}
