using System.Text.RegularExpressions;
using Coracle.TestSupport;

namespace Coracle.Tests.Architecture;

/// <summary>What the compiler does not see: where source files are and how long they are.</summary>
public partial class SourceTreeTests
{
    private const int MaxLines = 600;
    private const int MedianLines = 100;

    private static readonly string EngineRoot = Repository.PathOf("src", "Coracle");
    private static readonly IReadOnlyList<SourceFile> Engine = SourceFile.All(EngineRoot);
    private static readonly IReadOnlyList<SourceFile> Everything = SourceFile.All(Repository.Root);

    [Fact]
    public void Engine_OnlyTheKernelFolder_IsADoorToLinux() =>
        Lines(DoorsIn(Engine.Where(file => !file.Path.StartsWith("Kernel/", StringComparison.Ordinal)))).Should().BeEmpty();

    [Fact]
    public void Engine_NowhereIsAProgramStarted_OrAnOldImportUsed() =>
        Lines(Engine.SelectMany(file => WordsIn(file, OtherDoors()))).Should().BeEmpty();

    [Fact]
    public void Contract_HasNoDoorToLinux() =>
        Lines(DoorsIn(SourceFile.All(Repository.PathOf("src", "Coracle.Abstractions")))).Should().BeEmpty();

    [Theory]
    [InlineData("internal static unsafe void A() { }", "unsafe")]
    [InlineData("[LibraryImport(\"libc\")]", "LibraryImport")]
    [InlineData("[DllImport(\"libc\")]", "DllImport")]
    [InlineData("private delegate* unmanaged<int> f;", "delegate*")]
    [InlineData("NativeLibrary.Load(\"libc\")", "NativeLibrary")]
    public void Doors_AreRecognised(string code, string word) =>
        DoorsIn([new SourceFile("A.cs", code)]).Should().Equal($"A.cs: {word}");

    [Theory]
    [InlineData("// unsafe")]
    [InlineData("string s = \"unsafe LibraryImport\";")]
    [InlineData("int unsafely = 1;")]
    public void Doors_InWordsAlone_AreNone(string code) => DoorsIn([new SourceFile("A.cs", code)]).Should().BeEmpty();

    [Fact]
    public void Engine_FolderIsNamespace() =>
        Lines(Engine.Where(file => file.Namespace != ExpectedNamespace(file.Path)).Select(file => $"{file.Path}: {file.Namespace}"))
            .Should().BeEmpty();

    [Fact]
    public void Engine_EveryFirstLevelFolder_IsInTheLayerTable() => Folders().Should().BeSubsetOf(LayerTable.Engine.Layers);

    [Fact]
    public void Engine_EveryFirstLevelFolder_HasAReadmeOfFiveHeadings() =>
        Lines(Folders().Where(folder => !HasReadme(Path.Combine(EngineRoot, folder, "README.md")))).Should().BeEmpty();

    [Fact]
    public void Files_AreShort()
    {
        Lines(Everything.Where(file => file.Lines > MaxLines).Select(file => $"{file.Path}: {file.Lines} lines")).Should().BeEmpty();
        Engine.Select(file => file.Lines).Order().ElementAt(Engine.Count / 2).Should().BeLessThan(MedianLines);
    }

    [Fact]
    public void Files_HaveNoPathOfTheMachineTheyWereWrittenOn()
    {
        string[] extensions = [".cs", ".md", ".csproj", ".props", ".sln", ".config", ".json", ".S", ".c", ""];

        Lines(Repository.Files().Where(path => extensions.Contains(Path.GetExtension(path)))
            .Where(path => ForeignPath().IsMatch(File.ReadAllText(path)))).Should().BeEmpty();
    }

    // One string: a failure shows all of it, and only the first item of a list.
    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);

    private static IEnumerable<string> Folders() =>
        Engine.Where(file => file.Path.Contains('/')).Select(file => file.Path.Split('/')[0]).Distinct();

    private static IEnumerable<string> DoorsIn(IEnumerable<SourceFile> files) => files.SelectMany(file => WordsIn(file, Doors()));

    private static IEnumerable<string> WordsIn(SourceFile file, Regex words) =>
        words.Matches(SourceText.Code(file.Text)).Select(match => $"{file.Path}: {match.Value}");

    private static string ExpectedNamespace(string path) =>
        string.Join('.', ["Coracle", .. path.Split('/').SkipLast(1)]);

    private static bool HasReadme(string path) =>
        File.Exists(path) && File.ReadAllText(path) is string text
        && new[] { "In", "Out", "Picture", "Rules", "Caveats" }.All(heading => Regex.IsMatch(text, $@"^(##? {heading}\b|\*\*{heading}\b)", RegexOptions.Multiline));

    [GeneratedRegex(@"\bunsafe\b|\bLibraryImport\b|\bDllImport\b|\bdelegate\*|\bNativeLibrary\b")]
    private static partial Regex Doors();

    [GeneratedRegex(@"\bDllImport\b|\bProcess\.Start\b|\bProcessStartInfo\b")]
    private static partial Regex OtherDoors();

    [GeneratedRegex(@"(?<![\w.$}/""*-])/wor[k]/|/home/[a-z]+/(src|repos|projects)/|/User[s]/|[A-Z]:\\\\?User[s]")]
    private static partial Regex ForeignPath();
}
