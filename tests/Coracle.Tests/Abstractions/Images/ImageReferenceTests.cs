namespace Coracle.Tests.Abstractions.Images;

public class ImageReferenceTests
{
    private const string Digits = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c";
    private const string Sha512 = $"{Digits}{Digits}";

    [Theory]
    [InlineData("redis", "docker.io", "library/redis")]
    [InlineData("library/redis", "docker.io", "library/redis")]
    [InlineData("docker.io/redis", "docker.io", "library/redis")]
    [InlineData("docker.io/library/redis", "docker.io", "library/redis")]
    [InlineData("index.docker.io/redis", "docker.io", "library/redis")]
    [InlineData("index.docker.io/user/redis", "docker.io", "user/redis")]
    [InlineData("user/redis", "docker.io", "user/redis")]
    [InlineData("user/deep/redis", "docker.io", "user/deep/redis")]
    [InlineData("docker.io/library/foo/bar", "docker.io", "library/foo/bar")]
    [InlineData("test_com/foo", "docker.io", "test_com/foo")]
    [InlineData("localhost/foo", "localhost", "foo")]
    [InlineData("localhost:5000/foo", "localhost:5000", "foo")]
    [InlineData("test:5000/repo", "test:5000", "repo")]
    [InlineData("test-com:8080/foo", "test-com:8080", "foo")]
    [InlineData("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux")]
    [InlineData("xn--n3h.com:18080/foo", "xn--n3h.com:18080", "foo")]
    [InlineData("a.b/library", "a.b", "library")]
    [InlineData("192.168.1.1:5000/repo", "192.168.1.1:5000", "repo")]
    [InlineData("[2001:db8::1]/repo", "[2001:db8::1]", "repo")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:5000/a/repo", "[2001:db8:1:2:3:4:5:6]:5000", "a/repo")]
    [InlineData("[::1]:5000/repo", "[::1]:5000", "repo")]
    [InlineData("Foo/bar", "Foo", "bar")]
    [InlineData("FOO/bar", "FOO", "bar")]
    public void Parse_Name_FillsInRegistryAndLibrary(string text, string registry, string repository)
    {
        ImageReference reference = ImageReference.Parse(text);

        reference.Registry.Should().Be(registry);
        reference.Repository.Should().Be(repository);
        reference.Tag.Should().Be("latest");
        reference.Digest.Should().BeNull();
        reference.ToString().Should().Be($"{registry}/{repository}:latest");
    }

    [Theory]
    [InlineData("test.com:tag", "library/test.com", "tag")]
    [InlineData("test.com:5000", "library/test.com", "5000")]
    [InlineData("192.168.1.1", "library/192.168.1.1", "latest")]
    [InlineData("192.168.1.1:80", "library/192.168.1.1", "80")]
    [InlineData("localhost", "library/localhost", "latest")]
    [InlineData("foo_bar.com:8080", "library/foo_bar.com", "8080")]
    [InlineData("foo/foo_bar.com:8080", "foo/foo_bar.com", "8080")]
    [InlineData("lowercase:Uppercase", "library/lowercase", "Uppercase")]
    public void Parse_WordWithoutSlash_IsNeverARegistry(string text, string repository, string tag)
    {
        ImageReference reference = ImageReference.Parse(text);

        reference.Registry.Should().Be("docker.io");
        reference.Repository.Should().Be(repository);
        reference.Tag.Should().Be(tag);
    }

    [Theory]
    [InlineData("busybox@sha256:" + Digits, null, "sha256:" + Digits)]
    [InlineData("busybox:1.36@sha256:" + Digits, "1.36", "sha256:" + Digits)]
    [InlineData("[::1]:5000/repo:tag@sha256:" + Digits, "tag", "sha256:" + Digits)]
    [InlineData("xn--7o8h.com/myimage:xn--7o8h.com@sha512:" + Sha512, "xn--7o8h.com", "sha512:" + Sha512)]
    public void Parse_Digest_GetsNoDefaultTag(string text, string? tag, string digest)
    {
        ImageReference reference = ImageReference.Parse(text);

        reference.Tag.Should().Be(tag);
        reference.Digest.Should().Be(Digest.Parse(digest));
        reference.ToFamiliarString().Should().Be(text);
    }

    [Theory]
    [InlineData("d/docker")]
    [InlineData("docker---rules/docker")]
    [InlineData("dock__er/docker")]
    [InlineData("x/a.b-c_d--e/f")]
    [InlineData("thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev")]
    [InlineData("docker.io/" + Digits)]
    [InlineData(Digits + ":tag")]
    [InlineData("dbcc1")]
    [InlineData("a:_")]
    [InlineData("a:A.b-c_9")]
    public void TryParse_WithinTheGrammar_Succeeds(string text) =>
        ImageReference.TryParse(text, out _).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" busybox")]
    [InlineData("busybox\n")]
    [InlineData(":justtag")]
    [InlineData("@sha256:" + Digits)]
    [InlineData("repo@sha256:ffffffffffffffffffffffffffffffffff")]
    [InlineData("repo@sha256:" + Digits + "0")]
    [InlineData("repo@sha256:DBCC1C35AC38DF41FD2F5E4130B32FFDB93EBAE8B3DBE638C23575912276FC9C")]
    [InlineData("repo@md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("repo@sha256:" + Digits + ":tag")]
    [InlineData("repo@sha256:" + Digits + "@sha256:" + Digits)]
    [InlineData("repo@")]
    [InlineData("repo:")]
    [InlineData("repo:a:b")]
    [InlineData("repo:-foo")]
    [InlineData("repo:.foo")]
    [InlineData("repo:föö")]
    [InlineData("Uppercase:tag")]
    [InlineData("test:5000/Uppercase/lowercase:tag")]
    [InlineData("docker/Docker")]
    [InlineData("aa/asdf$$^/aa")]
    [InlineData("-docker")]
    [InlineData("-docker/docker")]
    [InlineData("docker-/docker")]
    [InlineData("-docker.io/docker/docker")]
    [InlineData("a-.b/c")]
    [InlineData("a..b/c")]
    [InlineData("____/____")]
    [InlineData("_docker/_docker")]
    [InlineData("dock..er/docker")]
    [InlineData("docker/dock..er")]
    [InlineData("docker/dock_.er")]
    [InlineData("docker/dock-.er")]
    [InlineData("docker/dock___er")]
    [InlineData("docker/")]
    [InlineData("/docker")]
    [InlineData("docker///docker")]
    [InlineData("docker.io/docker///docker")]
    [InlineData("docker/../docker")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:5000")]
    [InlineData("fc00::1:5000/debian")]
    [InlineData("[fe80::1%eth0]:5000/repo")]
    [InlineData("[2001:db8:3:4::192.0.2.33]:5000/debian")]
    [InlineData("host:port/repo")]
    [InlineData("host:/repo")]
    [InlineData("user@host/repo")]
    [InlineData("https://github.com/docker/docker")]
    [InlineData(Digits)]
    [InlineData("dépôt/image")]
    public void TryParse_OutsideTheGrammar_Fails(string text) =>
        ImageReference.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void TryParse_Null_Fails() => ImageReference.TryParse(null, out _).Should().BeFalse();

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void TryParse_Repository_IsAtMost255Characters(int length, bool valid)
    {
        ImageReference.TryParse($"example.com/{new string('a', length)}", out _).Should().Be(valid);
        ImageReference.TryParse($"{new string('a', length - "library/".Length)}", out _).Should().Be(valid, "library/ counts");
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void TryParse_Tag_IsAtMost128Characters(int length, bool valid) =>
        ImageReference.TryParse($"a:{new string('t', length)}", out _).Should().Be(valid);

    [Fact]
    public void TryParse_Megabytes_FailsAtOnce() =>
        ImageReference.TryParse($"a.b/{new string('a', 10_000_000)}!", out _).Should().BeFalse();

    [Theory]
    [InlineData("Busybox", "*lower case")]
    [InlineData("https://ghcr.io/a/b", "*leave out the scheme")]
    [InlineData(Digits, "*image id, not a name")]
    [InlineData("busybox:", "'' is not a tag*")]
    [InlineData("busybox@sha256:12", "'sha256:12' is not a digest*")]
    [InlineData("a_b.c/d e", "'a_b.c' is not a registry*")]
    public void Parse_Malformed_SaysWhatIsWrong(string text, string message)
    {
        Action parse = () => ImageReference.Parse(text);

        parse.Should().Throw<FormatException>().WithMessage($"'{text}' is not an image reference: {message}");
    }

    [Theory]
    [InlineData("docker.io/library/redis:latest", "redis:latest")]
    [InlineData("docker.io/user/redis:7", "user/redis:7")]
    [InlineData("docker.io/library/foo/bar:latest", "library/foo/bar:latest")]
    [InlineData("docker.io/localhost/foo:latest", "docker.io/localhost/foo:latest")]
    [InlineData("docker.io/a.b/c:latest", "docker.io/a.b/c:latest")]
    [InlineData("quay.io/library/redis:latest", "quay.io/library/redis:latest")]
    [InlineData("127.0.0.1:8000/redis:latest", "127.0.0.1:8000/redis:latest")]
    [InlineData("docker.io/library/" + Digits + ":latest", Digits + ":latest")]
    public void ToFamiliarString_LeavesOutDefaults_AndParsesBack(string full, string familiar)
    {
        ImageReference reference = ImageReference.Parse(full);

        reference.ToString().Should().Be(full);
        reference.ToFamiliarString().Should().Be(familiar);
        ImageReference.Parse(familiar).Should().Be(reference);
    }

    [Fact]
    public void WithTag_AndWithDigest_ReplaceBoth()
    {
        ImageReference reference = ImageReference.Parse($"a.b/c:d@sha256:{Digits}");

        reference.WithTag("e").ToString().Should().Be("a.b/c:e");
        reference.WithDigest(Digest.Parse($"sha256:{Digits}")).ToString().Should().Be($"a.b/c@sha256:{Digits}");
        reference.Invoking(r => r.WithTag("-e")).Should().Throw<FormatException>();
    }
}
