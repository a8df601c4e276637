using System.Text.RegularExpressions;
using Coracle.TestSupport;

namespace Coracle.Tests.Architecture;

/// <summary>The code in the README is that of the examples, which are compiled and run.</summary>
public partial class SnippetTests
{
    private const int MaxExampleLines = 60;

    public static TheoryData<string, string> Snippets() =>
    [
        .. Snippet().Matches(File.ReadAllText(Repository.PathOf("README.md")))
            .Select(match => new TheoryDataRow<string, string>(match.Groups["name"].Value, match.Groups["code"].Value)),
    ];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Readme_Snippet_IsThatOfTheExample(string name, string code)
    {
        string[] parts = name.Split('/');
        string example = File.ReadAllText(Repository.PathOf("examples", parts[0], "Program.cs"));
        Match region = Regex.Match(example, $@"// snippet: {parts[1]}\n(?<code>.*?)// end\n", RegexOptions.Singleline);

        region.Groups["code"].Value.TrimEnd().Should().Be(code.TrimEnd());
    }

    [Fact]
    public void Examples_AreShort() =>
        SourceFile.All(Repository.PathOf("examples")).Where(file => file.Lines > MaxExampleLines).Select(file => file.Path)
            .Should().BeEmpty();

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w/]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
