using System.Text;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;
using Coracle.TestSupport;

namespace Coracle.Tests.Kernel.Paths;

public sealed class TreeTests : IDisposable
{
    private readonly TempDirectory _directory = new("tree");

    [Fact]
    public void Remove_TreeWithLinksToOutside_LeavesThose()
    {
        _directory.WriteFile("kept/file", "x");
        _directory.WriteFile("gone/a/b", "x");
        File.CreateSymbolicLink(_directory["gone/file-link"], _directory["kept/file"]);
        Directory.CreateSymbolicLink(_directory["gone/a/directory-link"], _directory["kept"]);

        Tree.Remove(_directory["gone"], TestContext.Current.CancellationToken);

        Path.Exists(_directory["gone"]).Should().BeFalse();
        File.Exists(_directory["kept/file"]).Should().BeTrue();
    }

    [Fact]
    public void Remove_LinkToADirectory_RemovesTheLink()
    {
        _directory.CreateDirectory("kept");
        Directory.CreateSymbolicLink(_directory["link"], _directory["kept"]);

        Tree.Remove(_directory["link"], TestContext.Current.CancellationToken);

        Directory.EnumerateFileSystemEntries(_directory.Path).Should().Equal(_directory["kept"]);
    }

    [Fact]
    public void Remove_WhatIsNotThere_IsFine() => Tree.Remove(_directory["nothing"], TestContext.Current.CancellationToken);

    [Fact]
    public void Remove_DirectoriesWithoutRights_AreRemoved()
    {
        _directory.WriteFile("gone/locked/file", "x");
        File.SetUnixFileMode(_directory["gone/locked"], UnixFileMode.None);

        Tree.Remove(_directory["gone"], TestContext.Current.CancellationToken);

        Path.Exists(_directory["gone"]).Should().BeFalse();
    }

    [Fact]
    public void Remove_DeeperThanAnyPathMayBe_IsRemoved()
    {
        FileDescriptor current = Open(_directory.CreateDirectory("deep"));
        for (int i = 0; i < 3000; i++)
        {
            At.MakeDirectory(current, "d"u8, 0x1C0).Should().Be(0);
            At.Open(current, "d"u8, Libc.O_PATH | Libc.O_DIRECTORY, out FileDescriptor? next);
            current.Dispose();
            current = next!;
        }
        current.Dispose();

        Tree.Remove(_directory["deep"], TestContext.Current.CancellationToken);

        Path.Exists(_directory["deep"]).Should().BeFalse();
    }

    public void Dispose() => _directory.Dispose();

    private static FileDescriptor Open(string path)
    {
        At.Open(At.WorkingDirectory, Encoding.UTF8.GetBytes(path), Libc.O_PATH | Libc.O_DIRECTORY, out FileDescriptor? opened);
        return opened!;
    }
}
