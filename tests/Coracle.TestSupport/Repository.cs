namespace Coracle.TestSupport;

/// <summary>Finds the files of the repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The absolute path of the repository.</summary>
    public static string Root { get; } = Find();

    /// <summary>The absolute path of something in the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Runtime.sln")))
            directory = directory.Parent;
        return directory?.FullName
            ?? throw new InvalidOperationException($"no directory above {AppContext.BaseDirectory} has Runtime.sln");
    }
}
