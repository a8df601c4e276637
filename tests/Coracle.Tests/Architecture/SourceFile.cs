using System.Text.RegularExpressions;
using Coracle.TestSupport;

namespace Coracle.Tests.Architecture;

/// <summary>A C# file of the repository.</summary>
/// <param name="Path">Its path below the directory that was searched, with slashes.</param>
/// <param name="Text">What is in it.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>How many lines it has.</summary>
    internal int Lines => Text.AsSpan().Count('\n');

    /// <summary>The namespace that it declares; null if none.</summary>
    internal string? Namespace => NamespaceLine().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>All C# files below a directory, without what the build makes.</summary>
    internal static IReadOnlyList<SourceFile> All(string directory) =>
    [
        .. Repository.Files(directory).Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => new SourceFile(System.IO.Path.GetRelativePath(directory, path), File.ReadAllText(path))),
    ];

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
