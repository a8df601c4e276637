using System.Globalization;
using System.Text;
using Coracle.Kernel.Files;

namespace Coracle.Engine.Specs;

/// <summary>
/// /etc/hosts, /etc/hostname and /etc/resolv.conf of a container: files of its directory, bound over the image's.
/// </summary>
internal sealed record NetworkFiles(string Hosts, string HostName, string ResolvConf)
{
    private const string Loopback =
        "127.0.0.1\tlocalhost\n"
        + "::1\tlocalhost ip6-localhost ip6-loopback\n"
        + "fe00::0\tip6-localnet\n"
        + "ff00::0\tip6-mcastprefix\n"
        + "ff02::1\tip6-allnodes\n"
        + "ff02::2\tip6-allrouters\n";

    /// <summary>Writes the three files into the directory of a container.</summary>
    internal static NetworkFiles Write(string directory, ContainerSpec spec, string hostName)
    {
        NetworkFiles files = new(
            Path.Combine(directory, "hosts"), Path.Combine(directory, "hostname"), Path.Combine(directory, "resolv.conf"));
        bool host = spec.Network == NetworkMode.Host;
        WriteFile(files.Hosts, HostsText(spec, hostName, host));
        WriteFile(files.HostName, hostName + "\n");
        WriteFile(files.ResolvConf, host ? ReadOr("/etc/resolv.conf", "") : "");
        return files;
    }

    private static string HostsText(ContainerSpec spec, string hostName, bool host)
    {
        StringBuilder text = new(host ? ReadOr("/etc/hosts", Loopback) : Loopback);
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        foreach ((string name, string address) in spec.ExtraHosts)
        {
            if (name.AsSpan().ContainsAny(" \t\r\n") || !System.Net.IPAddress.TryParse(address, out _))
                throw new ContainerRuntimeException(
                    RuntimeErrorKind.InvalidInput, $"create container: the extra host '{name}: {address}' is not a name and an address");
            text.Append(CultureInfo.InvariantCulture, $"{address}\t{name}\n");
        }
        if (!host)
            text.Append(CultureInfo.InvariantCulture, $"127.0.0.1\t{hostName}\n");
        return text.ToString();
    }

    private static string ReadOr(string path, string otherwise)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return otherwise;
        }
    }

    private static void WriteFile(string path, string text) =>
        AtomicFile.WriteInPlace(path, Encoding.UTF8.GetBytes(text), durable: false);
}
