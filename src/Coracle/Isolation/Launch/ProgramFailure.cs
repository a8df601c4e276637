using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;

namespace Coracle.Isolation.Launch;

/// <summary>
/// The program can't be executed: the texts and exit codes are those of Docker, whose users and scripts match them
/// ("no such file or directory" and "executable file not found" mean 127, "permission denied" and "is a directory" mean 126).
/// </summary>
internal static class ProgramFailure
{
    /// <summary>The step that looks whether the program is there.</summary>
    internal const string StatStep = "stat program";

    /// <summary>The step that looks whether the program may be executed.</summary>
    internal const string AccessStep = "access program";

    /// <summary>The step that gives up the search in PATH.</summary>
    internal const string SearchStep = "find program in PATH";

    /// <summary>The step that looks for the directory to start in.</summary>
    internal const string DirectoryStep = "enter working directory";

    /// <summary>The step that executes.</summary>
    internal const string ExecuteStep = "execute program";

    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private const int Other = 128;

    /// <summary>The failure, if the operation is one of these steps.</summary>
    internal static ContainerStartException? Of(in Operation operation, int errno)
    {
        string program = operation.Subject ?? "";
        string reason = Text(errno);
        string? message = operation.Step switch
        {
            StatStep => $"exec: \"{program}\": stat {program}: {reason}",
            AccessStep => $"exec: \"{program}\": {reason}",
            SearchStep => $"exec: \"{program}\": executable file not found in $PATH",
            ExecuteStep => $"exec {program}: {reason}",
            DirectoryStep => $"chdir to cwd (\"{program}\") set in config.json failed: {reason}",
            _ => null,
        };
        return message is null
            ? null
            : new ContainerStartException(ExitCode(errno), $"unable to start container process: {message}") { Errno = errno };
    }

    private static int ExitCode(int errno) => errno switch
    {
        Errno.EACCES or Errno.EISDIR => NotExecutable,
        Errno.ENOENT or Errno.ENOTDIR => NotFound,
        _ => Other,
    };

    // Go's texts are glibc's with a small first letter.
    private static string Text(int errno)
    {
        string text = Errno.Text(errno);
        return char.ToLowerInvariant(text[0]) + text[1..];
    }
}
