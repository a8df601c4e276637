using System.Text;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;
using Coracle.TestSupport;

namespace Coracle.Tests.Kernel.Paths;

/// <summary>The kernel's way and ours find the same.</summary>
public sealed class RootedPathTests : IDisposable
{
    private readonly TempDirectory _directory = new("rooted");
    private readonly FileDescriptor _root;

    public RootedPathTests()
    {
        _directory.WriteFile("outside/secret", "secret");
        _directory.WriteFile("root/etc/passwd", "inside");
        _directory.WriteFile("root/a/b/c/file", "file");
        Link("absolute", "/etc/passwd");
        Link("upwards", "../../../../etc/passwd");
        Link("out", "../outside/secret");
        Link("out-absolute", _directory["outside/secret"]);
        Link("chain", "middle");
        Link("middle", "a/b");
        Link("a/b/back", "../../etc");
        Link("loop", "loop");
        Link("ping", "pong");
        Link("pong", "ping");
        Link("dangling", "nowhere");
        Link("self", ".");
        Link("slash", "/");
        Link("magic", "/proc/self/root");
        _root = RootedPath.Open(Open(_directory["root"]), "", Libc.O_PATH | Libc.O_DIRECTORY);
    }

    [Theory]
    [InlineData("etc/passwd", "inside")]
    [InlineData("/etc/passwd", "inside")]
    [InlineData("//etc///passwd", "inside")]
    [InlineData("../../etc/passwd", "inside")]
    [InlineData("absolute", "inside")]
    [InlineData("upwards", "inside")]
    [InlineData("chain/c/file", "file")]
    [InlineData("chain/back/passwd", "inside")]
    [InlineData("a/b/c/../../b/c/file", "file")]
    [InlineData("self/self/slash/self/etc/./passwd", "inside")]
    public void TryOpen_PathInside_IsFound(string path, string content)
    {
        Read(path, forceWalk: false).Should().Be(content);
        Read(path, forceWalk: true).Should().Be(content);
    }

    [Theory]
    [InlineData("out", Errno.ENOENT)]
    [InlineData("out-absolute", Errno.ENOENT)]
    [InlineData("../outside/secret", Errno.ENOENT)]
    [InlineData("loop", Errno.ELOOP)]
    [InlineData("ping/x", Errno.ELOOP)]
    [InlineData("dangling", Errno.ENOENT)]
    [InlineData("etc/passwd/x", Errno.ENOTDIR)]
    [InlineData("etc/passwd/", Errno.ENOTDIR)]
    [InlineData("magic/etc/passwd", Errno.ENOENT)]
    public void TryOpen_PathThatLeadsElsewhere_IsNotFound(string path, int errno)
    {
        Try(path, Libc.O_RDONLY, forceWalk: false).Should().Be(-errno);
        Try(path, Libc.O_RDONLY, forceWalk: true).Should().Be(-errno);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryOpen_LastPartIsALink_IsNotFollowedWhenAskedSo(bool forceWalk)
    {
        int flags = Libc.O_PATH | Libc.O_NOFOLLOW;
        RootedPath.TryOpen(_root, "chain"u8, flags, out FileDescriptor? link, forceWalk).Should().BeGreaterThanOrEqualTo(0);
        using (link)
        {
            At.Status(link!, default, out FileStatus status);
            status.IsSymbolicLink.Should().BeTrue();
        }
        Try("absolute", Libc.O_RDONLY | Libc.O_NOFOLLOW, forceWalk).Should().Be(-Errno.ELOOP);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryOpen_Directory_MustBeOne(bool forceWalk)
    {
        Try("etc/passwd", Libc.O_PATH | Libc.O_DIRECTORY, forceWalk).Should().Be(-Errno.ENOTDIR);
        Try("chain", Libc.O_RDONLY | Libc.O_DIRECTORY, forceWalk).Should().BeGreaterThanOrEqualTo(0);
        Try("", Libc.O_PATH | Libc.O_DIRECTORY, forceWalk).Should().BeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public void Read_FileInside_IsReadUpToTheLimit()
    {
        Encoding.UTF8.GetString(RootedPath.Read(_root, "/absolute", 100)!).Should().Be("inside");
        RootedPath.Read(_root, "/nowhere", 100).Should().BeNull();
        ((Action)(() => RootedPath.Read(_root, "/absolute", 3))).Should().Throw<ContainerRuntimeException>().WithMessage("*larger than 3 bytes*");
        ((Action)(() => RootedPath.Read(_root, "/etc", 100))).Should().Throw<ContainerRuntimeException>().WithMessage("*is not a regular file*");
    }

    [Fact]
    public void MakeDirectories_ThroughALink_StaysInside()
    {
        RootedPath.MakeDirectories(_root, "/chain/new/deep").Dispose();

        Directory.Exists(_directory["root/a/b/new/deep"]).Should().BeTrue();
        ((Action)(() => RootedPath.MakeDirectories(_root, "/etc/passwd/x"))).Should().Throw<ContainerRuntimeException>();
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_directory[$"root/{name}"], target);

    private string Read(string path, bool forceWalk)
    {
        RootedPath.TryOpen(_root, Encoding.UTF8.GetBytes(path), Libc.O_RDONLY, out FileDescriptor? file, forceWalk)
            .Should().BeGreaterThanOrEqualTo(0);
        using (file)
            return File.ReadAllText(ProcPath.Of(file!));
    }

    private int Try(string path, int flags, bool forceWalk)
    {
        int result = RootedPath.TryOpen(_root, Encoding.UTF8.GetBytes(path), flags, out FileDescriptor? opened, forceWalk);
        opened?.Dispose();
        return result;
    }

    private static FileDescriptor Open(string path)
    {
        At.Open(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_PATH | Libc.O_DIRECTORY, out FileDescriptor? opened);
        return opened!;
    }
}
