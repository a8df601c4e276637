using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Isolation.Launch;

/// <summary>A root directory with nothing but busybox and what a small image has in /etc.</summary>
public sealed class BusyboxRoot : IDisposable
{
    private static readonly string[] Applets =
    [
        "sh", "true", "false", "cat", "echo", "ls", "sleep", "id", "env", "grep", "readlink", "ps", "stat", "touch", "mkdir",
        "mount", "umount", "hostname", "pwd", "kill", "ifconfig", "setuidgid", "su", "dd", "tr", "head", "tail", "chmod", "chown", "wc",
        "test", "mknod", "ln", "cut", "sort", "uniq", "xargs", "find", "seq", "date", "awk", "sed", "od", "dmesg", "nsenter",
    ];

    private readonly TempDirectory _directory = new();

    public BusyboxRoot()
    {
        foreach (string directory in (string[])["bin", "etc", "proc", "sys", "dev", "tmp", "root", "var", "run"])
            Directory.CreateDirectory(System.IO.Path.Combine(Path, directory));
        File.Copy(Tool.Find("busybox")!, In("bin/busybox"));
        foreach (string applet in Applets)
            File.CreateSymbolicLink(In("bin/" + applet), "busybox");
        File.CreateSymbolicLink(In("var/run"), "../run");
        File.WriteAllText(In("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n");
        File.WriteAllText(In("etc/group"), "root:x:0:\nuser:x:1000:\n");
    }

    public string Path => _directory.Path;

    public string In(string path) => System.IO.Path.Combine(Path, path);

    public void Dispose() => _directory.Dispose();
}
