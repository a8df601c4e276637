namespace Coracle.Tests.Abstractions.Containers;

public sealed class RestartPolicyTests
{
    [Theory]
    [InlineData("no")]
    [InlineData("always")]
    [InlineData("unless-stopped")]
    [InlineData("on-failure")]
    [InlineData("on-failure:3")]
    public void Parse_Text_ComesBack(string text) => RestartPolicy.Parse(text).ToString().Should().Be(text);

    [Theory]
    [InlineData("")]
    [InlineData("Always")]
    [InlineData("always:3")]
    [InlineData("on-failure:")]
    [InlineData("on-failure:-1")]
    [InlineData("on-failure:x")]
    [InlineData("on-failure:99999999999")]
    public void Parse_OtherText_Fails(string text)
    {
        Action parse = () => RestartPolicy.Parse(text);

        parse.Should().Throw<FormatException>();
    }

    [Fact]
    public void Policies_AreValues()
    {
        RestartPolicy.Parse("on-failure:3").Should().Be(RestartPolicy.OnFailure(3)).And.NotBe(RestartPolicy.OnFailure(4));
        RestartPolicy.Parse("always").Should().Be(RestartPolicy.Always).And.NotBe(RestartPolicy.UnlessStopped);
    }
}
