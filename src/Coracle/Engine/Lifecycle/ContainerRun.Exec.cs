using Coracle.Isolation.Cgroups;
using Coracle.Isolation.Identity;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Processes;
using Coracle.Streams.Terminals;

namespace Coracle.Engine.Lifecycle;

// What further programs take over from the run.
internal sealed partial class ContainerRun
{
    internal Cgroup Cgroup => _parts.Cgroup;

    internal TerminalMaster? Terminal => _parts.Terminal;

    /// <summary>The first process (pidfd_open(2)).</summary>
    internal FileDescriptor InitProcess => _parts.Process.Descriptor;

    /// <summary>Whether the first process has ended or is about to, noticed or not.</summary>
    internal bool IsEnding
    {
        get
        {
            using FileDescriptor? root = OpenRoot();
            return root is null;
        }
    }

    /// <summary>Finds a user in the container's files as they are now, whatever was mounted over the image's.</summary>
    /// <returns>Null if the container has ended.</returns>
    internal ResolvedUser? FindUser(string user, IReadOnlyList<string> additionalGroups)
    {
        using FileDescriptor? root = OpenRoot();
        return root is null ? null : UserResolver.Resolve(root, user, additionalGroups);
    }

    private FileDescriptor? OpenRoot() => IsOver ? null : ChildProcess.OpenRoot(Pid, InitProcess);
}
