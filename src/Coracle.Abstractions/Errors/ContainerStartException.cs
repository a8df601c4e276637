namespace Coracle;

/// <summary>The program of a container could not be executed. The texts and codes are Docker's.</summary>
public sealed class ContainerStartException : ContainerRuntimeException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="exitCode">See <see cref="ExitCode"/>.</param>
    /// <param name="message">The step, the program, and the reason.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ContainerStartException(int exitCode, string message, Exception? innerException = null)
        : base(RuntimeErrorKind.ContainerFailed, message, innerException) => ExitCode = exitCode;

    /// <summary>126 if the program is not executable, 127 if it was not found, 128 for any other reason.</summary>
    public int ExitCode { get; }
}
