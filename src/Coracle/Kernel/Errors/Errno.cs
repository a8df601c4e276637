using System.Runtime.InteropServices;

namespace Coracle.Kernel.Errors;

/// <summary>The numbers of errno(3), and their one translation into exceptions.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int ENXIO = 6;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int ECHILD = 10;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EFAULT = 14;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EXDEV = 18;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ETXTBSY = 26;
    internal const int EFBIG = 27;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int EMLINK = 31;
    internal const int EPIPE = 32;
    internal const int ERANGE = 34;
    internal const int ENAMETOOLONG = 36;
    internal const int ENOSYS = 38;
    internal const int ENOTEMPTY = 39;
    internal const int ELOOP = 40;
    internal const int ENODATA = 61;
    internal const int EOVERFLOW = 75;
    internal const int EOPNOTSUPP = 95;
    internal const int ECONNRESET = 104;
    internal const int ETIMEDOUT = 110;
    internal const int EDQUOT = 122;

    /// <summary>The errno of the last binding call of this thread. Read it on the very next statement.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The kernel's sentence for a number, for example "No such file or directory".</summary>
    internal static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>The failure of a step: "step: object: text".</summary>
    /// <param name="errno">The number.</param>
    /// <param name="step">What was tried, for example "mount overlay".</param>
    /// <param name="subject">What it was tried on; null if the step says it all.</param>
    /// <param name="remedy">What the user can do about it; null if it is plain.</param>
    internal static ContainerRuntimeException Failure(int errno, string step, string? subject = null, string? remedy = null)
    {
        string message = subject is null ? $"{step}: {Text(errno)}" : $"{step}: {subject}: {Text(errno)}";
        return new ContainerRuntimeException(KindOf(errno), remedy is null ? message : $"{message} ({remedy})") { Errno = errno };
    }

    /// <summary>The failure of the last binding call of this thread.</summary>
    internal static ContainerRuntimeException LastFailure(string step, string? subject = null) =>
        Failure(Last, step, subject);

    /// <summary>The class of failure that a number stands for where nothing more is known.</summary>
    internal static RuntimeErrorKind KindOf(int errno) => errno switch
    {
        EPERM or EACCES => RuntimeErrorKind.Denied,
        ENOENT or ESRCH or ENODEV or ENXIO => RuntimeErrorKind.NotFound,
        EEXIST or EBUSY or ENOTEMPTY or ETXTBSY => RuntimeErrorKind.Conflict,
        EINVAL or ENAMETOOLONG or ELOOP or ENOTDIR or EISDIR or E2BIG => RuntimeErrorKind.InvalidInput,
        ENOSPC or EDQUOT or ENOMEM or EMFILE or ENFILE or EAGAIN or EFBIG => RuntimeErrorKind.ResourceExhausted,
        ENOSYS or EOPNOTSUPP => RuntimeErrorKind.NotSupported,
        ETIMEDOUT or ECONNRESET => RuntimeErrorKind.Unavailable,
        _ => RuntimeErrorKind.Unknown,
    };
}
