using System.Text;
using Coracle.Isolation.Cgroups.Statistics;
using Coracle.Kernel.Processes;

namespace Coracle.Isolation.Processes;

/// <summary>Reads what proc(5) says of one process. Name and arguments are whatever the process wants them to be.</summary>
internal static class ProcessFacts
{
    private const int MaxArguments = 32 * 1024;
    private const string NamespacePids = "NSpid:";

    /// <summary>Reads a process; null if it is gone.</summary>
    /// <param name="pid">Its id.</param>
    /// <param name="files">Its files.</param>
    /// <param name="level">How deep the container's namespace of process ids is: 1 for the host's.</param>
    /// <param name="bootedAt">When the host was started.</param>
    internal static ContainerProcessInfo? Read(int pid, ProcessDirectory files, int level, DateTimeOffset bootedAt) =>
        files.ReadText("stat") is { } stat && files.ReadText("status") is { } status && files.Read("cmdline", MaxArguments) is { } arguments
            ? Parse(pid, stat, status, arguments, level, bootedAt)
            : null;

    internal static ContainerProcessInfo? Parse(
        int pid, string stat, string status, ReadOnlySpan<byte> arguments, int level, DateTimeOffset bootedAt)
    {
        // The name is in parentheses, and may have any in it: the last one ends it.
        int open = stat.IndexOf('(', StringComparison.Ordinal);
        int close = stat.LastIndexOf(')');
        if (open < 0 || close < open)
            return null;
        string[] fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < StatField.Count)
            return null;
        return new ContainerProcessInfo
        {
            Pid = pid,
            InnerPid = (int)(Word(status, NamespacePids, level - 1) ?? pid),
            ParentPid = (int)Number(fields[StatField.Parent]),
            Uid = (int)(Word(status, "Uid:", 1) ?? 0),
            Name = stat[(open + 1)..close],
            Arguments = Split(arguments),
            State = StateOf(fields[StatField.State][0]),
            Threads = (int)Number(fields[StatField.Threads]),
            CpuTime = HostCounters.FromTicks(Number(fields[StatField.UserTime]) + Number(fields[StatField.SystemTime])),
            ResidentBytes = Number(fields[StatField.ResidentPages]) * Environment.SystemPageSize,
            StartedAt = bootedAt + HostCounters.FromTicks(Number(fields[StatField.StartTime])),
        };
    }

    /// <summary>How deep the namespace of process ids of a process is.</summary>
    internal static int LevelOf(string status) => Words(status, NamespacePids).Length;

    private static List<string> Split(ReadOnlySpan<byte> arguments)
    {
        List<string> split = [];
        ReadOnlySpan<byte> rest = arguments is [.., 0] ? arguments[..^1] : arguments;
        if (rest.IsEmpty)
            return split;
        foreach (Range range in rest.Split((byte)0))
            split.Add(Encoding.UTF8.GetString(rest[range]));
        return split;
    }

    private static ProcessState StateOf(char letter) => letter switch
    {
        'R' => ProcessState.Running,
        'S' => ProcessState.Sleeping,
        'D' => ProcessState.DiskSleep,
        'T' => ProcessState.Stopped,
        't' => ProcessState.Traced,
        'Z' => ProcessState.Zombie,
        'X' or 'x' => ProcessState.Dead,
        'I' => ProcessState.Idle,
        _ => ProcessState.Unknown,
    };

    private static long Number(string field) => KeyedText.Number(field) ?? 0;

    private static long? Word(string status, string key, int index) =>
        Words(status, key) is { } words && index < words.Length ? KeyedText.Number(words[index]) : null;

    // The name comes first, in a line of its own, with line feeds escaped by the kernel: no line behind it is forged.
    private static string[] Words(string status, string key)
    {
        foreach (string line in status.Split('\n'))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
                return line[key.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries);
        }
        return [];
    }
}
