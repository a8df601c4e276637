using Coracle.Kernel.Files;
using Coracle.TestSupport;

namespace Coracle.Tests.Kernel.Files;

public sealed class TrashTests : IDisposable
{
    private readonly TempDirectory _directory = new("trash");

    [Fact]
    public async Task Discard_Tree_IsOutOfSightAtOnceAndDeletedSoon()
    {
        _directory.WriteFile("tree/a/b", "x");
        Trash trash = new(_directory["trash"]);

        trash.Discard(_directory["tree"]);

        Path.Exists(_directory["tree"]).Should().BeFalse();
        await trash.DisposeAsync();
        Directory.EnumerateFileSystemEntries(_directory["trash"]).Should().BeEmpty();
    }

    [Fact]
    public async Task Open_WithTheTrashOfADeadProcess_DeletesIt()
    {
        _directory.WriteFile("trash/left/a", "x");

        await using (Trash trash = new(_directory["trash"])) { }

        Directory.EnumerateFileSystemEntries(_directory["trash"]).Should().BeEmpty();
    }

    [Fact]
    public async Task Discard_WhatIsNotThere_IsFine()
    {
        await using Trash trash = new(_directory["trash"]);

        trash.Discard(_directory["nothing"]);
    }

    [Fact]
    public async Task Discard_AfterTheEnd_IsLeftToTheNext()
    {
        _directory.WriteFile("tree/a", "x");
        Trash trash = new(_directory["trash"]);
        await trash.DisposeAsync();

        trash.Discard(_directory["tree"]);

        Path.Exists(_directory["tree"]).Should().BeFalse();
        Directory.EnumerateFileSystemEntries(_directory["trash"]).Should().ContainSingle();
    }

    public void Dispose() => _directory.Dispose();
}
