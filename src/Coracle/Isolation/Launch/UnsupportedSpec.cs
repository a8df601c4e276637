using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Launch;

/// <summary>What a spec may ask for and this runtime can't give: always an error, never left out in silence.</summary>
internal static class UnsupportedSpec
{
    /// <exception cref="ContainerRuntimeException">Something of that is asked for, or the spec has no program.</exception>
    internal static SpecProcess Check(RuntimeSpec spec)
    {
        SpecProcess process = spec.Process
            ?? throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, "start container: the spec has no process");
        if (process.Args.Count == 0)
            throw new ContainerRuntimeException(RuntimeErrorKind.InvalidInput, "start container: no command specified");
        if (!Path.IsPathRooted(process.Cwd))
        {
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"start container: working directory '{process.Cwd}' is not an absolute path");
        }

        Refuse(!string.IsNullOrEmpty(process.ApparmorProfile), "an AppArmor profile");
        Refuse(!string.IsNullOrEmpty(process.SelinuxLabel) || !string.IsNullOrEmpty(spec.Linux?.MountLabel), "an SELinux label");
        Refuse(spec.Hooks is not null, "a hook");
        Refuse(spec.Linux is { UidMappings.Count: > 0 } or { GidMappings.Count: > 0 }, "a user namespace");
        return process;
    }

    private static void Refuse(bool asked, string what)
    {
        if (asked)
            throw new ContainerRuntimeException(RuntimeErrorKind.NotSupported, $"start container: {what} is not supported");
    }
}
