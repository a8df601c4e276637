using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;

namespace Coracle.Kernel.Files;

/// <summary>The file that is always empty and forgets all that is written.</summary>
internal static class NullDevice
{
    private const string Path = "/dev/null";

    /// <summary>Opens it for reading and writing.</summary>
    internal static FileDescriptor Open()
    {
        FileDescriptor opened = FileDescriptor.FromResult(
            Libc.openat(Libc.AT_FDCWD, Path, Libc.O_RDWR | Libc.O_CLOEXEC, 0), "open", Path);
        return FileDescriptor.High(opened.Release());
    }
}
