using Coracle.Isolation.Identity;
using Coracle.Isolation.Spec;

namespace Coracle.Engine.Specs;

/// <summary>Makes the process of an exec from the caller's wishes and the container's own process. Pure.</summary>
internal static class ExecBuilder
{
    /// <summary>What a program in a terminal is told that this is, where nobody says otherwise.</summary>
    internal const string DefaultTerm = "TERM=xterm";

    /// <summary>Builds the process.</summary>
    /// <param name="exec">What the caller asked for.</param>
    /// <param name="container">The container's program, before its user was resolved.</param>
    /// <param name="process">The container's process as it was started.</param>
    /// <param name="user">The user of the exec, resolved in the container.</param>
    /// <param name="devicesAreRestricted">See <see cref="SpecBuilder.Build"/>.</param>
    internal static SpecProcess Build(
        ExecSpec exec, ProcessConfig container, SpecProcess process, ResolvedUser user, bool devicesAreRestricted)
    {
        IReadOnlyList<string> bounding = exec.Privileged ? All(devicesAreRestricted) : process.Capabilities?.Bounding ?? [];
        bool isRoot = user.Spec.Uid == 0;
        return process with
        {
            Args = CheckArguments(exec.Command),
            Env = MergeEnvironment(exec, container.Environment, user.Home),
            Cwd = CheckDirectory(exec.WorkingDirectory ?? container.WorkingDirectory),
            User = user.Spec,
            Terminal = exec.Terminal is not null,
            ConsoleSize = ConsoleSize(exec.Terminal),
            Capabilities = new SpecCapabilities
            {
                Bounding = bounding,
                Permitted = isRoot ? bounding : [],
                Effective = isRoot ? bounding : [],
            },
        };
    }

    /// <summary>The size of a terminal in the specification's terms.</summary>
    internal static SpecConsoleSize? ConsoleSize(TerminalSize? size) => size is not { } known
        ? null
        : new SpecConsoleSize { Width = (uint)Math.Max(known.Columns, 0), Height = (uint)Math.Max(known.Rows, 0) };

    // What the host can't give is left out later.
    private static string[] All(bool devicesAreRestricted) =>
        [.. Isolation.Capabilities.CapabilityNames.All.Where(name => devicesAreRestricted || name != "CAP_MKNOD")];

    private static IReadOnlyList<string> CheckArguments(IReadOnlyList<string> command)
    {
        if (command.Count == 0 || command[0].Length == 0)
            throw Invalid("no exec command specified");
        return command.FirstOrDefault(static argument => argument.Contains('\0', StringComparison.Ordinal)) is { } bad
            ? throw Invalid($"the argument '{bad.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL")
            : [.. command];
    }

    private static string CheckDirectory(string directory) => directory.StartsWith('/') && !directory.Contains('\0', StringComparison.Ordinal)
        ? directory
        : throw Invalid($"the working directory '{directory}' is not an absolute path");

    // The caller's over the container's; what a terminal and a home need is only set where nobody has.
    private static List<string> MergeEnvironment(ExecSpec exec, IReadOnlyList<string> container, string home)
    {
        List<string> merged = [.. container.Where(variable => !exec.Environment.ContainsKey(NameOf(variable)))];
        foreach ((string name, string value) in exec.Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                throw Invalid($"the environment variable '{name}' is malformed");
            merged.Add($"{name}={value}");
        }
        if (exec.Terminal is not null && !Has(merged, "TERM="))
            merged.Add(DefaultTerm);
        if (!Has(merged, "HOME="))
            merged.Add("HOME=" + home);
        return merged;
    }

    private static bool Has(List<string> environment, string prefix) =>
        environment.Exists(variable => variable.StartsWith(prefix, StringComparison.Ordinal));

    private static string NameOf(string variable) => variable[..Math.Max(variable.IndexOf('=', StringComparison.Ordinal), 0)];

    private static ContainerRuntimeException Invalid(string what) =>
        new(RuntimeErrorKind.InvalidInput, "exec in container: " + what);
}
