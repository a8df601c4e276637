using System.Globalization;

namespace Coracle.Isolation.Processes;

/// <summary>Reads /proc/&lt;pid&gt;/net/tcp and tcp6: the sockets of the process's network namespace.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A"; // TCP_LISTEN
    private const int LocalAddress = 1;
    private const int State = 3;
    private const int Inode = 9;

    /// <summary>The inodes of the sockets that listen on a port.</summary>
    internal static IEnumerable<long> Find(string? text, int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in (text ?? "").Split('\n'))
        {
            if (!line.Contains(suffix, StringComparison.Ordinal))
                continue;
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > Inode
                && fields[State] == Listening
                && fields[LocalAddress].EndsWith(suffix, StringComparison.Ordinal)
                && long.TryParse(fields[Inode], NumberStyles.None, CultureInfo.InvariantCulture, out long inode))
            {
                yield return inode;
            }
        }
    }
}
