using System.Security.Cryptography;

namespace Coracle.Tests.Abstractions.Images;

public class DigestTests
{
    private const string Digits = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c";

    [Theory]
    [InlineData("sha256", 64)]
    [InlineData("sha384", 96)]
    [InlineData("sha512", 128)]
    public void Parse_KnownAlgorithm_KeepsParts(string algorithm, int digits)
    {
        string hex = string.Concat(Enumerable.Repeat("0123456789abcdef", digits / 16));

        Digest digest = Digest.Parse($"{algorithm}:{hex}");

        digest.Algorithm.Should().Be(algorithm);
        digest.Hex.Should().Be(hex);
        digest.Short.Should().Be("0123456789ab");
        digest.ToString().Should().Be($"{algorithm}:{hex}");
        Digest.TryParse($"{algorithm}:{hex}0", out _).Should().BeFalse();
        Digest.TryParse($"{algorithm}:{hex[1..]}", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData(":" + Digits)]
    [InlineData(Digits)]
    [InlineData("SHA256:" + Digits)]
    [InlineData("sha256:" + Digits + "\n")]
    [InlineData(" sha256:" + Digits)]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/pa")]
    [InlineData("sha256:DBCC1C35AC38DF41FD2F5E4130B32FFDB93EBAE8B3DBE638C23575912276FC9C")]
    [InlineData("sha256:xbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("sha256+b64:" + Digits)]
    public void TryParse_AnythingElse_Fails(string? text) => Digest.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Parse_Malformed_NamesTheText()
    {
        Action parse = () => Digest.Parse("sha256:12");

        parse.Should().Throw<FormatException>().WithMessage("'sha256:12' is not a digest*");
    }

    [Fact]
    public void FromSha256_Hash_IsWhatParseGives()
    {
        byte[] hash = SHA256.HashData("hello"u8);

        Digest.FromSha256(hash).Should().Be(Digest.Parse("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
        Action tooShort = () => Digest.FromSha256(hash.AsSpan(1));
        tooShort.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Default_IsTheDigestOfNothing()
    {
        Digest.FromSha256(SHA256.HashData([])).Should().Be(default(Digest));
        default(Digest).ToString().Should().StartWith("sha256:e3b0c442");
    }
}
