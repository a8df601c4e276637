using Xunit;

namespace Coracle.TestSupport;

/// <summary>
/// What a test needs from its host. A missing prerequisite skips the test on a developer's machine and fails it in
/// continuous integration (<c>CI=true</c>), where a skipped test would be one that nobody runs.
/// </summary>
/// <remarks>A kernel can't be installed as a program can: what it lacks on a certain CI host is named in the environment
/// variable <c>CORACLE_CI_WITHOUT</c> (comma separated), and only that is skipped there.</remarks>
public static class Prerequisite
{
    /// <summary>Whether this runs in continuous integration.</summary>
    public static bool IsContinuousIntegration { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Needs user id 0.</summary>
    public static void RequireRoot() => Require(Environment.IsPrivilegedProcess, "root", "root");

    /// <summary>Needs programs in <c>PATH</c>.</summary>
    public static void RequireTool(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            Require(Tool.Find(name) is not null, name, $"the program '{name}' (.ci/install installs it)");
    }

    /// <summary>Needs a file system type of the kernel, for example <c>overlay</c> or <c>erofs</c>.</summary>
    public static void RequireFileSystem(string type) => Require(
        File.ReadLines("/proc/filesystems").Any(line => line.EndsWith('\t' + type, StringComparison.Ordinal)),
        type,
        $"a kernel with {type}");

    /// <summary>Needs control groups whose given controllers can be used, for example <c>memory</c>.</summary>
    public static void RequireCgroups(params ReadOnlySpan<string> controllers)
    {
        Require(Directory.Exists("/sys/fs/cgroup"), "cgroups", "control groups at /sys/fs/cgroup");
        foreach (string controller in controllers)
            Require(HasController(controller), controller, $"the control group controller '{controller}'");
    }

    /// <summary>Needs anything else.</summary>
    /// <param name="met">Whether it is there.</param>
    /// <param name="name">Its name in <c>CORACLE_CI_WITHOUT</c>.</param>
    /// <param name="description">What is needed, for people.</param>
    public static void Require(bool met, string name, string description)
    {
        if (met)
            return;
        if (IsContinuousIntegration && !IsWaived(name))
            Assert.Fail($"this test needs {description}, and in CI nothing is skipped");
        Assert.Skip($"needs {description}");
    }

    private static bool IsWaived(string name) =>
        (Environment.GetEnvironmentVariable("CORACLE_CI_WITHOUT") ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(name);

    // Version 1 and the hybrid layout have a hierarchy a controller; version 2 lists its controllers in one file.
    private static bool HasController(string controller)
    {
        const string Root = "/sys/fs/cgroup";
        string list = Path.Combine(Root, "cgroup.controllers");
        return Directory.Exists(Path.Combine(Root, controller))
            || (File.Exists(list) && File.ReadAllText(list).Split([' ', '\n']).Contains(controller));
    }
}
