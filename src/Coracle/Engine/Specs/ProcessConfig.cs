namespace Coracle.Engine.Specs;

/// <summary>
/// What the program of a container is, after the image's wishes and the caller's were merged by Docker's rules.
/// </summary>
/// <param name="Arguments">The program and its arguments.</param>
/// <param name="Environment">Variables, as <c>NAME=value</c>, each name once.</param>
/// <param name="User">User and group, not resolved yet; empty for root.</param>
/// <param name="WorkingDirectory">The absolute path to start in.</param>
/// <param name="StopSignal">The signal that asks the program to end.</param>
/// <param name="Labels">The image's labels under the caller's.</param>
internal sealed record ProcessConfig(
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Environment,
    string User,
    string WorkingDirectory,
    Signal StopSignal,
    IReadOnlyDictionary<string, string> Labels)
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Merges.</summary>
    /// <exception cref="ContainerRuntimeException">Neither says what to run, or what they say is malformed.</exception>
    internal static ProcessConfig Merge(ContainerSpec spec, ImageConfig image, string hostName)
    {
        string workingDirectory = spec.WorkingDirectory ?? image.WorkingDirectory;
        if (workingDirectory.Length == 0)
            workingDirectory = "/";
        if (workingDirectory[0] != '/')
            throw Invalid($"the working directory '{workingDirectory}' is not an absolute path");
        return new ProcessConfig(
            MergeArguments(spec, image),
            MergeEnvironment(spec, image, hostName),
            spec.User ?? image.User,
            workingDirectory,
            spec.StopSignal ?? ParseStopSignal(image.StopSignal),
            Union(image.Labels, spec.Labels));
    }

    // A new entry point drops the image's command; a new command keeps the image's entry point.
    private static List<string> MergeArguments(ContainerSpec spec, ImageConfig image)
    {
        IReadOnlyList<string> entrypoint = spec.Entrypoint ?? image.Entrypoint;
        IReadOnlyList<string> command = spec.Command ?? (spec.Entrypoint is null ? image.Command : []);
        List<string> arguments = [.. entrypoint, .. command];
        if (arguments.Count == 0 || arguments[0].Length == 0)
            throw Invalid("no command specified: the image has neither entry point nor command (set ContainerSpec.Command)");
        return arguments.Find(argument => argument.Contains('\0', StringComparison.Ordinal)) is { } bad
            ? throw Invalid($"the argument '{bad.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL")
            : arguments;
    }

    private static List<string> MergeEnvironment(ContainerSpec spec, ImageConfig image, string hostName)
    {
        // Order and precedence are Docker's: PATH, HOSTNAME and TERM, the image's, the caller's. A later one replaces an earlier.
        List<string> merged = [];
        Dictionary<string, int> index = [];
        Add(DefaultPath);
        Add("HOSTNAME=" + hostName);
        if (spec.Terminal is not null)
            Add(ExecBuilder.DefaultTerm);
        foreach (string variable in image.Environment)
            Add(variable);
        foreach ((string name, string value) in spec.Environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                throw Invalid($"the environment variable '{name}' is malformed");
            Add($"{name}={value}");
        }
        return merged;

        void Add(string variable)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || variable.Contains('\0', StringComparison.Ordinal))
                return; // an image may say anything; what is no variable is none
            string name = variable[..equals];
            if (index.TryGetValue(name, out int at))
            {
                merged[at] = variable;
                return;
            }
            index[name] = merged.Count;
            merged.Add(variable);
        }
    }

    private static Signal ParseStopSignal(string? text) =>
        string.IsNullOrEmpty(text) ? Signal.Term
        : Signal.TryParse(text, out Signal signal) ? signal
        : throw Invalid($"the image's stop signal '{text}' is not a signal (set ContainerSpec.StopSignal)");

    private static Dictionary<string, string> Union(
        IReadOnlyDictionary<string, string> below, IReadOnlyDictionary<string, string> above)
    {
        Dictionary<string, string> union = new(below);
        foreach ((string key, string value) in above)
            union[key] = value;
        return union;
    }

    private static ContainerRuntimeException Invalid(string what) =>
        new(RuntimeErrorKind.InvalidInput, "create container: " + what);
}
