namespace Coracle.Isolation.Spec;

/// <summary>The names of the kinds of namespaces in the specification.</summary>
internal static class LinuxNamespaceType
{
    internal const string Pid = "pid";
    internal const string Network = "network";
    internal const string Mount = "mount";
    internal const string Ipc = "ipc";
    internal const string Uts = "uts";
    internal const string User = "user";
    internal const string Cgroup = "cgroup";
    internal const string Time = "time";
}
