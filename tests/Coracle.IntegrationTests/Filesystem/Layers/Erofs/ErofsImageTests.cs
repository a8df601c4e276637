using System.Text;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

public sealed class ErofsImageTests : IDisposable
{
    private static readonly EntryMetadata Plain = new(0x1A4, 0, 0, 1_700_000_000, 0, []);

    private readonly TempDirectory _directory;

    public ErofsImageTests()
    {
        Prerequisite.RequireRoot();
        Prerequisite.RequireFileSystem("erofs");
        Prerequisite.RequireTool("fsck.erofs");
        _directory = new TempDirectory("erofs");
    }

    private string Image => _directory["layer.erofs"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Image_OfNothing_Mounts()
    {
        using MountedImage mounted = await MountAsync(_ => { });
        mounted.Describe().Should().HaveCount(1);
        NativeFiles.State(mounted.Path).Mode.Should().Be(0x41ED);
    }

    [Fact]
    public async Task Directory_OfAHundredThousandNames_FindsEach()
    {
        const int Count = 100_000;
        using MountedImage mounted = await MountAsync(writer =>
        {
            for (int i = 0; i < Count; i++)
                AddFile(writer, $"large/{i * 7919L % Count}.name", Bytes($"{i * 7919L % Count}"));
        });
        NativeFiles.List(mounted["large"]).Should().HaveCount(Count + 2);
        for (int i = 0; i < Count; i += 997)
            File.ReadAllText(mounted[$"large/{i}.name"]).Should().Be($"{i}");
        File.Exists(mounted[$"large/{Count}.name"]).Should().BeFalse();
        File.Exists(mounted["large/-"]).Should().BeFalse();
    }

    [Fact]
    public async Task Links_AsManyAsExt4Takes_AreCountedAndNoMoreTaken()
    {
        using MountedImage mounted = await MountAsync(writer =>
        {
            AddFile(writer, "d/0", Bytes("x"));
            for (int i = 1; i < 65_000; i++)
                writer.AddHardLink(Bytes($"d/{i}"), "d/0"u8);
            FluentActions.Invoking(() => writer.AddHardLink("d/more"u8, "d/0"u8)).Should().Throw<ContainerRuntimeException>()
                .Where(e => e.Errno == 31);
        });
        NativeFiles.State(mounted["d/64999"]).Links.Should().Be(65_000);
        File.Exists(mounted["d/more"]).Should().BeFalse();
    }

    [Fact]
    public async Task Holes_StayHoles()
    {
        const long Size = 5L << 30;
        byte[] data = Bytes("at the end");
        using MountedImage mounted = await MountAsync(writer =>
        {
            writer.BeginFile("sparse"u8, Size, Plain);
            writer.WriteData(0, Bytes("at the start"));
            writer.WriteData(Size - data.Length, data);
            writer.EndFile();
            writer.BeginFile("empty"u8, 1L << 40, Plain);
            writer.EndFile();
            writer.BeginFile("blocks"u8, 10 * 4096, Plain);
            writer.WriteData(4096, new byte[4096]);
            writer.WriteData(5 * 4096, new byte[4096]);
            writer.EndFile();
        });
        new FileInfo(Image).Length.Should().BeLessThan(4 << 20);
        NativeFiles.State(mounted["sparse"]).Size.Should().Be(Size);
        NativeFiles.SeekData(mounted["sparse"], 1 << 20).Should().BeGreaterThan(Size - (1 << 20));
        NativeFiles.SeekData(mounted["empty"], 0).Should().Be(-1);
        NativeFiles.SeekData(mounted["blocks"], 0).Should().Be(4096);
        NativeFiles.SeekData(mounted["blocks"], 4096, hole: true).Should().Be(8192);
        NativeFiles.SeekData(mounted["blocks"], 8192).Should().Be(5 * 4096);
        await using FileStream stream = File.OpenRead(mounted["sparse"]);
        stream.Seek(-data.Length, SeekOrigin.End);
        byte[] read = new byte[data.Length];
        stream.ReadExactly(read);
        read.Should().Equal(data);
    }

    [Fact]
    public async Task File_LargerThanFourGigabytes_IsReadWhereItWasWritten()
    {
        const long Size = (4L << 30) + 5000;
        using MountedImage mounted = await MountAsync(writer =>
        {
            writer.BeginFile("large"u8, Size, Plain with { ModifiedNanoseconds = 5 });
            for (long at = 0; at < Size; at += 1 << 20)
                writer.WriteData(at, BitConverter.GetBytes(at));
            writer.WriteData(Size - 1, [7]);
            writer.EndFile();
            AddFile(writer, "after", Bytes("after"));
        });
        await using FileStream stream = File.OpenRead(mounted["large"]);
        stream.Length.Should().Be(Size);
        byte[] read = new byte[8];
        foreach (long at in new long[] { 0, 1 << 20, 3L << 30, 4L << 30 })
        {
            stream.Position = at;
            stream.ReadExactly(read);
            BitConverter.ToInt64(read).Should().Be(at);
        }
        stream.Position = Size - 1;
        stream.ReadByte().Should().Be(7);
        File.ReadAllText(mounted["after"]).Should().Be("after");
    }

    [Fact]
    public async Task AccessLists_AreRead()
    {
        // Version 2; user::rw-, user:1000:r--, group::r--, mask::r--, other::r--.
        byte[] acl = Convert.FromHexString("0200000001000600FFFFFFFF02000400E803000004000400FFFFFFFF10000400FFFFFFFF20000400FFFFFFFF");
        using MountedImage mounted = await MountAsync(writer =>
        {
            writer.AddDirectory("d"u8, Plain with
            {
                Mode = 0x1ED,
                Xattrs = [new ExtendedAttribute("system.posix_acl_access", acl), new ExtendedAttribute("system.posix_acl_default", acl)],
            });
            writer.AddSymbolicLink("l"u8, "d"u8, Plain with { Xattrs = [new ExtendedAttribute("system.posix_acl_access", acl)] });
            writer.BeginFile("f"u8, 0, Plain with
            {
                Xattrs =
                [
                    new ExtendedAttribute("system.posix_acl_access", acl),
                    new ExtendedAttribute("system.nfs4_acl", acl),
                    new ExtendedAttribute("trusted.overlay.redirect", Bytes("/elsewhere")),
                    new ExtendedAttribute("user.overlay.opaque", Bytes("y")),
                    new ExtendedAttribute("user.twice", Bytes("1")),
                    new ExtendedAttribute("user.twice", Bytes("2")),
                ],
            });
            writer.EndFile();
        });
        NativeFiles.Xattrs(mounted["d"]).Keys.Should().BeEquivalentTo("system.posix_acl_access", "system.posix_acl_default");
        NativeFiles.Xattrs(mounted["l"]).Should().BeEmpty();
        NativeFiles.Xattrs(mounted["f"]).Should().Equal(new Dictionary<string, string>
        {
            ["system.posix_acl_access"] = Convert.ToHexString(acl),
            ["user.twice"] = "32",
        });
    }

    [Fact]
    public async Task HardLink_ToAFileOfALowerLayer_CopiesItUpFirst()
    {
        LowerModel lowers = new();
        byte[] content = new byte[200_000];
        Random.Shared.NextBytes(content);
        lowers.Add("usr/lib/libc.so", new LowerFile(0x8000, Plain with { Mode = 0x9ED, Uid = 7 }, content.Length, 0, () => new MemoryStream(content), default));
        lowers.Add("usr", new LowerFile(0x4000, Plain with { Mode = 0x1C0, Gid = 9 }, 0, 0, () => Stream.Null, default));
        lowers.Add("dev/null", new LowerFile(0x2000, Plain, 0, (1UL << 32) | 3, () => Stream.Null, default));
        lowers.Add("link", new LowerFile(0xA000, Plain, 0, 0, () => Stream.Null, Bytes("usr/lib")));
        using MountedImage mounted = await MountAsync(
            writer =>
            {
                writer.AddSymbolicLink("lib"u8, "usr/lib"u8, Plain);
                writer.AddHardLink("copy"u8, "lib/libc.so"u8);
                writer.AddHardLink("null"u8, "dev/null"u8);
                writer.AddHardLink("link2"u8, "link"u8);
                writer.AddDirectory("opaque"u8, Plain);
            },
            lowers);
        File.ReadAllBytes(mounted["copy"]).Should().Equal(content);
        FileState state = NativeFiles.State(mounted["usr/lib/libc.so"]);
        state.Should().Be(NativeFiles.State(mounted["copy"]));
        state.Should().Match<FileState>(s => s.Links == 2 && s.Mode == 0x89ED && s.Uid == 7);
        NativeFiles.State(mounted["usr"]).Should().Match<FileState>(s => s.Mode == 0x41C0 && s.Gid == 9 && s.ModifiedSeconds == Plain.ModifiedSeconds);
        NativeFiles.State(mounted["usr/lib"]).Mode.Should().Be(0x41ED);
        NativeFiles.State(mounted["null"]).Should().Match<FileState>(s => s.Major == 1 && s.Minor == 3 && s.Links == 2);
        NativeFiles.ReadLink(mounted["link2"]).Should().Be("usr/lib");
        lowers.Asked.Should().NotContain("opaque", "a directory that the layer lists does not depend on what is below");
    }

    [Fact]
    public async Task ImpliedParent_BelowAnOpaqueOrRemovedDirectory_IsNotAsTheLowerLayerHasIt()
    {
        LowerModel lowers = new();
        foreach (string path in new[] { "a", "a/b", "c", "d" })
            lowers.Add(path, new LowerFile(0x4000, Plain with { Mode = 0x1C0 }, 0, 0, () => Stream.Null, default));
        using MountedImage mounted = await MountAsync(
            writer =>
            {
                writer.SetOpaque("a"u8);
                AddFile(writer, "a/b/file", []);
                writer.AddWhiteout("c"u8);
                AddFile(writer, "c/file", []);
                AddFile(writer, "d/file", []);
            },
            lowers);
        NativeFiles.State(mounted["a"]).Mode.Should().Be(0x41C0);
        NativeFiles.State(mounted["a/b"]).Mode.Should().Be(0x41ED);
        NativeFiles.State(mounted["c"]).Mode.Should().Be(0x41ED);
        NativeFiles.State(mounted["d"]).Mode.Should().Be(0x41C0);
        NativeFiles.Xattrs(mounted["c"]).Should().ContainKey("trusted.overlay.opaque");
    }

    [Fact]
    public async Task Overlay_OverImages_HidesWhatTheUpperOneRemoves()
    {
        string lower = _directory["lower.erofs"];
        await WriteAsync(lower, null, writer =>
        {
            AddFile(writer, "kept", Bytes("kept"));
            AddFile(writer, "removed", Bytes("removed"));
            AddFile(writer, "opaque/below", Bytes("below"));
            AddFile(writer, "merged/below", Bytes("below"));
            AddFile(writer, "remade/below", Bytes("below"));
        });
        await WriteAsync(Image, null, writer =>
        {
            writer.AddWhiteout("removed"u8);
            AddFile(writer, "opaque/above", Bytes("above"));
            writer.SetOpaque("opaque"u8);
            AddFile(writer, "merged/above", Bytes("above"));
            writer.AddDirectory("remade"u8, Plain);
            writer.AddWhiteout("remade"u8);
        });
        using MountedImage below = new(lower);
        using MountedImage above = new(Image);
        string merged = _directory.CreateDirectory("merged");
        await Tool.RunAsync("mount", ["-t", "overlay", "-o", $"lowerdir={above.Path}:{below.Path}", "overlay", merged], TestContext.Current.CancellationToken);
        try
        {
            Names(merged).Should().Equal("kept", "merged", "opaque", "remade");
            Names($"{merged}/opaque").Should().Equal("above");
            Names($"{merged}/merged").Should().Equal("above", "below");
            Names($"{merged}/remade").Should().BeEmpty();
            File.ReadAllText($"{merged}/merged/below").Should().Be("below");
        }
        finally
        {
            NativeFiles.Unmount(merged);
        }
    }

    [Fact]
    public async Task Disk_Full_IsAClearErrorAndLeavesNothing()
    {
        string small = _directory.CreateDirectory("small");
        await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small], TestContext.Current.CancellationToken);
        try
        {
            await FluentActions.Awaiting(() => WriteAsync($"{small}/layer.erofs", null, writer =>
                {
                    for (int i = 0; i < 100; i++)
                        AddFile(writer, $"{i}", new byte[100_000]);
                }))
                .Should().ThrowAsync<ContainerRuntimeException>()
                .Where(e => e.Kind == RuntimeErrorKind.ResourceExhausted && e.Errno == 28).WithMessage($"*{small}/layer.erofs*No space left*");
            Directory.EnumerateFileSystemEntries(small).Should().BeEmpty();
        }
        finally
        {
            NativeFiles.Unmount(small);
        }
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static IEnumerable<string> Names(string directory) =>
        NativeFiles.List(directory).Select(e => e.Name).Where(n => n is not ("." or "..")).Order(StringComparer.Ordinal);

    private static void AddFile(ErofsLayerWriter writer, string path, byte[] content)
    {
        writer.BeginFile(Bytes(path), content.Length, Plain);
        writer.WriteData(0, content);
        writer.EndFile();
    }

    private static async Task WriteAsync(string image, ILowerLayers? lowers, Action<ErofsLayerWriter> write)
    {
        await using ErofsLayerWriter writer = new(image, lowers);
        write(writer);
        await writer.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private async Task<MountedImage> MountAsync(Action<ErofsLayerWriter> write, ILowerLayers? lowers = null)
    {
        await WriteAsync(Image, lowers, write);
        await Tool.RunAsync("fsck.erofs", [Image], TestContext.Current.CancellationToken);
        return new MountedImage(Image);
    }
}
