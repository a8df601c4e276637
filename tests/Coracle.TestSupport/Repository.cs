namespace Coracle.TestSupport;

/// <summary>Finds the files of the repository that the tests were built from.</summary>
public static class Repository
{
    private static readonly string[] MadePaths = [".git", "bin", "obj", "artifacts", "BenchmarkDotNet.Artifacts", "TestResults"];

    /// <summary>The absolute path of the repository.</summary>
    public static string Root { get; } = Find();

    /// <summary>The absolute path of something in the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>The files that belong to the repository: not those that git or a build makes.</summary>
    /// <param name="directory">Where to begin; null for all of it.</param>
    public static IEnumerable<string> Files(string? directory = null)
    {
        string start = directory ?? Root;
        foreach (string file in Directory.EnumerateFiles(start).Where(file => Path.GetFileName(file) != ".git"))
            yield return file;
        foreach (string child in Directory.EnumerateDirectories(start).Where(child => !MadePaths.Contains(Path.GetFileName(child))))
        {
            foreach (string file in Files(child))
                yield return file;
        }
    }

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Runtime.sln")))
            directory = directory.Parent;
        return directory?.FullName
            ?? throw new InvalidOperationException($"no directory above {AppContext.BaseDirectory} has Runtime.sln");
    }
}
