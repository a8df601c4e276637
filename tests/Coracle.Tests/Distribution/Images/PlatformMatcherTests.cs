using Coracle.Distribution.Images;

namespace Coracle.Tests.Distribution.Images;

public class PlatformMatcherTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/arm64 linux/amd64", 1)]
    [InlineData("linux/arm64", "linux/amd64 linux/arm64/v8", 1)]
    [InlineData("linux/arm64/v8", "linux/amd64 linux/arm64", 1)]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v6", 1)]
    [InlineData("linux/arm/v7", "linux/arm/v5 linux/arm/v7 linux/arm/v6", 1)]
    [InlineData("linux/arm/v6", "linux/arm/v7 linux/arm/v5", 1)]
    [InlineData("linux/amd64/v3", "linux/amd64 linux/amd64/v2", 1)]
    [InlineData("linux/amd64/v3", "linux/amd64/v4 linux/amd64", 1)]
    [InlineData("linux/amd64", "linux/amd64/v2 linux/x86_64", 1)]
    [InlineData("windows/amd64", "linux/amd64 windows/amd64", 1)]
    public void Candidates_Match_BestFirst(string wanted, string offered, int best)
    {
        Descriptor[] entries = Entries(offered);

        PlatformMatcher.Candidates(entries, Platform.Parse(wanted))[0].Should().BeSameAs(entries[best]);
    }

    [Theory]
    [InlineData("linux/amd64", "linux/arm64 windows/amd64")]
    [InlineData("linux/amd64", "linux/amd64/v3")]
    [InlineData("linux/arm/v6", "linux/arm/v7")]
    [InlineData("linux/amd64", "unknown/unknown")]
    public void Candidates_NoMatch_AreNone(string wanted, string offered) =>
        PlatformMatcher.Candidates(Entries(offered), Platform.Parse(wanted)).Should().BeEmpty();

    [Fact]
    public void Candidates_WithoutPlatform_AreTakenIfThereIsNoOther()
    {
        Descriptor unnamed = Entry(null);
        Descriptor named = Entry("linux/amd64");

        PlatformMatcher.Candidates([unnamed, Entry("linux/s390x")], Platform.Parse("linux/amd64")).Should().Equal(unnamed);
        PlatformMatcher.Candidates([unnamed, named], Platform.Parse("linux/amd64")).Should().Equal(named);
    }

    [Fact]
    public void Candidates_UnknownMediaType_IsPassedOver() =>
        PlatformMatcher.Candidates([Entry("linux/amd64") with { MediaType = "application/x" }], Platform.Parse("linux/amd64"))
            .Should().BeEmpty();

    [Fact]
    public void Describe_Index_ListsWhatCanBeRun() =>
        PlatformMatcher.Describe(Entries("linux/amd64 linux/arm64/v8 unknown/unknown")).Should().Be("linux/amd64, linux/arm64");

    private static Descriptor[] Entries(string platforms) => [.. platforms.Split(' ').Select(Entry)];

    private static Descriptor Entry(string? platform)
    {
        string[] parts = platform?.Split('/') ?? [];
        return new Descriptor
        {
            MediaType = MediaTypes.OciManifest,
            Digest = default,
            Size = 1,
            Platform = platform is null ? null : new DescriptorPlatform
            {
                Os = parts[0],
                Architecture = parts[1],
                Variant = parts.Length > 2 ? parts[2] : null,
            },
        };
    }
}
