namespace Coracle.Tests.Abstractions.Images;

public class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("linux/x86-64", "linux/amd64")]
    [InlineData("Linux/AMD64", "linux/amd64")]
    [InlineData("linux/amd64/v1", "linux/amd64")]
    [InlineData("linux/amd64/v3", "linux/amd64/v3")]
    [InlineData("linux/i386", "linux/386")]
    [InlineData("linux/i686", "linux/386")]
    [InlineData("linux/386", "linux/386")]
    [InlineData("linux/arm64", "linux/arm64")]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/8", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm64/v9", "linux/arm64/v9")]
    [InlineData("linux/arm", "linux/arm")]
    [InlineData("linux/arm/7", "linux/arm")]
    [InlineData("linux/arm/v7", "linux/arm")]
    [InlineData("linux/armhf", "linux/arm")]
    [InlineData("linux/armel", "linux/arm/v6")]
    [InlineData("linux/arm/6", "linux/arm/v6")]
    [InlineData("linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm/5", "linux/arm/v5")]
    [InlineData("linux/arm/8", "linux/arm/v8")]
    [InlineData("linux/riscv64", "linux/riscv64")]
    [InlineData("linux/ppc64le", "linux/ppc64le")]
    [InlineData("linux/s390x", "linux/s390x")]
    [InlineData("macos/arm64", "darwin/arm64")]
    [InlineData("windows/amd64", "windows/amd64")]
    public void Parse_AnySpelling_IsNormalised(string text, string normal)
    {
        Platform platform = Platform.Parse(text);

        platform.ToString().Should().Be(normal);
        platform.Should().Be(Platform.Parse(normal));
    }

    [Fact]
    public void Parse_DifferentVariants_AreDifferentPlatforms() =>
        Platform.Parse("linux/arm/v6").Should().NotBe(Platform.Parse("linux/arm/v7"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("linux")]
    [InlineData("linux/")]
    [InlineData("/amd64")]
    [InlineData("linux//v1")]
    [InlineData("linux/arm/v7/x")]
    [InlineData("linux/am d64")]
    [InlineData("linux/amd64\n")]
    public void TryParse_AnythingElse_Fails(string? text) => Platform.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Create_EmptyVariant_IsNone() =>
        Platform.Create("linux", "arm64", "").Should().Be(Platform.Parse("linux/arm64"));

    [Fact]
    public void Host_IsLinuxOfThisProcessor() => Platform.Host.ToString().Should().StartWith("linux/");
}
