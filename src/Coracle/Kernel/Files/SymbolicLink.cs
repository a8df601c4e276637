using System.Text;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Files;

/// <summary>Reads short symbolic links whose text is no path.</summary>
internal static class SymbolicLink
{
    private const int MaxTarget = 256;

    /// <summary>The text of a link; null if there is none. A longer text is cut.</summary>
    internal static unsafe string? Read(string path)
    {
        byte* buffer = stackalloc byte[MaxTarget];
        nint length = Libc.readlink(path, buffer, MaxTarget);
        return length > 0 ? Encoding.UTF8.GetString(buffer, (int)length) : null;
    }
}
