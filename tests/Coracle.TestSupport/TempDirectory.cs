using Coracle.Kernel.Paths;

namespace Coracle.TestSupport;

/// <summary>A new directory that is removed, with everything in it, at the end of a test.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes the directory in <c>$CORACLE_TEST_TMP</c>, or in the system's temporary directory.</summary>
    /// <param name="label">Says whose it is, for whoever finds it after a crash.</param>
    public TempDirectory(string label = "test")
    {
        string parent = Environment.GetEnvironmentVariable("CORACLE_TEST_TMP") ?? System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(parent, $"coracle-{label}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The absolute path of something in it. Nothing is made.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Makes a directory in it.</summary>
    /// <returns>Its absolute path.</returns>
    public string CreateDirectory(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    /// <summary>Writes a file in it, and makes the directories above the file.</summary>
    /// <returns>Its absolute path.</returns>
    public string WriteFile(string relative, string content)
    {
        string path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <inheritdoc />
    public override string ToString() => Path;

    /// <summary>Removes it. What the user may not remove (owned by root, still mounted) stays and fails no test.</summary>
    public void Dispose()
    {
        // What is mounted below may be a directory of the host.
        if (File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains(Path, StringComparison.Ordinal)))
        {
            Console.Error.WriteLine($"left behind: {Path}: something is mounted in it");
            return;
        }
        try
        {
            Tree.Remove(Path);
        }
        catch (ContainerRuntimeException e)
        {
            Console.Error.WriteLine($"left behind: {Path}: {e.Message}");
        }
    }
}
