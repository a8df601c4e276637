using Coracle.Kernel.Handles;
using Coracle.Kernel.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Coracle.Streams.Terminals;

/// <summary>The terminal that this process was started in.</summary>
internal static class OwnTerminal
{
    /// <summary>The size of it; null if this process's input or output is none.</summary>
    internal static TerminalSize? Size
    {
        get
        {
            using FileDescriptor input = Terminal.StandardStream(0);
            using FileDescriptor output = Terminal.StandardStream(1);
            return Terminal.SizeOf(input) is null ? null : Terminal.SizeOf(output);
        }
    }

    /// <summary>Standard input, byte by byte. The descriptor is not closed with the stream.</summary>
    internal static Stream OpenInput() =>
        new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>Lets every key through as it is, until that is taken back.</summary>
    /// <returns>Null if the input is no terminal.</returns>
    internal static RawMode? EnterRawMode()
    {
        FileDescriptor input = Terminal.StandardStream(0);
        if (Terminal.SettingsOf(input) is { } settings)
            return new RawMode(input, settings);
        input.Dispose();
        return null;
    }
}
