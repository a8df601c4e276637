using Coracle.Distribution.Registry;

namespace Coracle.Tests.Distribution.Registry;

public class ChallengeTests
{
    [Fact]
    public void Parse_BearerWithQuotedParameters_HasAllOfThem()
    {
        Challenge challenge = Challenge.Parse(
            "Bearer realm=\"https://auth.example/token\",service=\"registry.example\", scope=\"repository:a/b:pull,push\"")
            .Should().ContainSingle().Subject;

        challenge.Scheme.Should().Be("bearer");
        challenge["realm"].Should().Be("https://auth.example/token");
        challenge["SERVICE"].Should().Be("registry.example");
        challenge["scope"].Should().Be("repository:a/b:pull,push");
        challenge["error"].Should().BeNull();
    }

    [Fact]
    public void Parse_SeveralChallengesInOneHeader_SeparatesThem()
    {
        IReadOnlyList<Challenge> challenges = Challenge.Parse("Negotiate, BASIC realm=\"a \\\"b\\\"\", bearer Realm=x , service = y");

        challenges.Select(c => c.Scheme).Should().Equal("negotiate", "basic", "bearer");
        challenges[1]["realm"].Should().Be("a \"b\"");
        challenges[2]["realm"].Should().Be("x");
        challenges[2]["service"].Should().Be("y");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  , ,")]
    [InlineData("=x")]
    [InlineData("realm=\"no scheme\"")]
    [InlineData(",=,\"=")]
    public void Parse_WithoutScheme_FindsNoParameters(string header) =>
        Challenge.Parse(header).Should().NotContain(challenge => challenge.Parameters.Count > 0);

    [Fact]
    public void Parse_AnythingAtAll_ComesToAnEnd()
    {
        const string Alphabet = "Bearer =\",\\\t;realm";
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
            Challenge.Parse(new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]));
    }

    [Fact]
    public void Parse_UnfinishedString_TakesTheRest() =>
        Challenge.Parse("Bearer realm=\"https://a").Should().ContainSingle().Which["realm"].Should().Be("https://a");
}
