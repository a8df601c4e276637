namespace Coracle.Tests.Architecture;

public class SourceTextTests
{
    [Theory]
    [InlineData("a // word\nb", "a  \nb")]
    [InlineData("a // word", "a  ")]
    [InlineData("a /* word\n word */ b", "a   b")]
    [InlineData("a(\"word\");", "a( );")]
    [InlineData("a(\"\\\"word\") + word", "a( ) + word")]
    [InlineData("a(@\"\\\") + word", "a( ) + word")]
    [InlineData("a(@\"x\"\"word\") + word", "a( ) + word")]
    [InlineData("a('\"') + word + \"x\"", "a( ) + word +  ")]
    [InlineData("a(\"\"\"\n\"word\"\n\"\"\") + word", "a( ) + word")]
    [InlineData("word \"// no comment\" word", "word   word")]
    public void Code_LeavesOutCommentsAndStrings(string source, string code) => SourceText.Code(source).Should().Be(code);
}
