using System.Buffers.Binary;
using System.Text;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;

namespace Coracle.Tests.Filesystem.Layers.Erofs;

[Collection(AloneCollection.Name)]
public sealed class ErofsLayerWriterTests : IDisposable
{
    private static readonly EntryMetadata Plain = new(0x1A4, 0, 0, 1_700_000_000, 0, []);

    private readonly TempDirectory _directory = new("erofs");

    private string Image => _directory["layer.erofs"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Dispose_WithoutComplete_LeavesNothing()
    {
        ErofsLayerWriter writer = new(Image, null);
        AddFile(writer, "file", 300_000);
        await writer.DisposeAsync();
        await writer.DisposeAsync();
        Directory.EnumerateFileSystemEntries(_directory.Path).Should().BeEmpty();
    }

    [Fact]
    public void Constructor_WhereAFileIs_IsRefusedAndLeavesTheFile()
    {
        _directory.WriteFile("layer.erofs", "somebody's");
        FluentActions.Invoking(() => new ErofsLayerWriter(Image, null)).Should().Throw<ContainerRuntimeException>()
            .Where(e => e.Kind == RuntimeErrorKind.Conflict).WithMessage($"*{Image}*");
        File.ReadAllText(Image).Should().Be("somebody's");
    }

    [Fact]
    public async Task Complete_ChecksumOfTheSuperblock_IsCrc32c()
    {
        byte[] image = await WriteAsync(writer => AddFile(writer, "a/file", 5000));
        Span<byte> super = image.AsSpan(1024, 4096 - 1024);
        BinaryPrimitives.ReadUInt32LittleEndian(super).Should().Be(0xE0F5E1E2);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(super[4..]);
        super.Slice(4, 4).Clear();
        Crc32c(super).Should().Be(expected);
        (image.Length % 4096).Should().Be(0);
        BinaryPrimitives.ReadUInt32LittleEndian(super[36..]).Should().Be((uint)(image.Length / 4096));
    }

    [Fact]
    public async Task Complete_OfTheSameEntries_GivesTheSameBytesAndOthersAnotherUuid()
    {
        byte[] first = await WriteAsync(writer => AddFile(writer, "a/file", 5000));
        byte[] second = await WriteAsync(writer => AddFile(writer, "a/file", 5000));
        byte[] other = await WriteAsync(writer => AddFile(writer, "a/fil2", 5000));
        second.Should().Equal(first);
        other[1072..1088].Should().NotEqual(first[1072..1088]);
    }

    [Fact]
    public async Task AddFile_SmallFiles_ShareBlocks()
    {
        const int Count = 1000;
        byte[] image = await WriteAsync(writer =>
        {
            for (int i = 0; i < Count; i++)
                AddFile(writer, $"d/{i}", 500);
        });
        image.Length.Should().BeLessThan(Count * 620);
    }

    [Fact]
    public Task AddHardLink_ToNothing_SaysSo() =>
        RefuseAsync(w => w.AddHardLink("b"u8, "a/x"u8), Errno(2), "*: b: *no layer has its target*");

    [Fact]
    public Task AddHardLink_ToADirectory_IsRefused() => RefuseAsync(
        w =>
        {
            w.AddDirectory("d"u8, Plain);
            w.AddHardLink("b"u8, "d"u8);
        },
        Errno(1),
        "*directory*");

    [Fact]
    public Task AddHardLink_ToWhatTheLayerRemoves_IsRefused() => RefuseAsync(
        w =>
        {
            w.AddWhiteout("gone"u8);
            w.AddHardLink("b"u8, "gone/x"u8);
        },
        Errno(2),
        "*no layer has its target*");

    [Fact]
    public Task AddFile_BelowAFile_IsRefused() => RefuseAsync(
        w =>
        {
            AddFile(w, "a", 1);
            AddFile(w, "a/b", 1);
        },
        Errno(20),
        "*: a: *");

    [Fact]
    public Task AddFile_ThroughALoopOfLinks_IsRefused() => RefuseAsync(
        w =>
        {
            w.AddSymbolicLink("a"u8, "b"u8, Plain);
            w.AddSymbolicLink("b"u8, "./a"u8, Plain);
            AddFile(w, "a/x", 1);
        },
        Errno(40),
        "*: a: *");

    [Fact]
    public Task AddFile_ThroughLinksThatGrow_IsRefused() => RefuseAsync(
        w =>
        {
            w.AddSymbolicLink("a"u8, Bytes(string.Concat(Enumerable.Repeat("a/", 2000))), Plain);
            AddFile(w, "a/x", 1);
        },
        Errno(40),
        "*: a: *");

    [Fact]
    public Task AddFile_WithANameTooLong_IsRefused() =>
        RefuseAsync(w => AddFile(w, new string('n', 256), 1), Errno(36), "*nnn*");

    [Fact]
    public Task AddFile_WithAZeroByteInItsName_IsRefused() =>
        RefuseAsync(w => AddFile(w, "a\0b", 1), e => e.Kind == RuntimeErrorKind.InvalidInput, "*zero byte*");

    [Fact]
    public Task AddDirectory_NestedByLinksBeyondAllPaths_IsRefused() => RefuseAsync(
        w =>
        {
            string deep = string.Join('/', Enumerable.Repeat("d", 1000));
            for (int i = 0; i < 3; i++)
            {
                w.AddDirectory(Bytes(i == 0 ? deep : $"link{i - 1}/{deep}"), Plain);
                w.AddSymbolicLink(Bytes($"link{i}"), Bytes(i == 0 ? deep : $"link{i - 1}/{deep}"), Plain);
            }
        },
        Errno(36),
        "*");

    [Fact]
    public Task AddFile_AtTheRoot_IsRefused() =>
        RefuseAsync(w => AddFile(w, "", 1), e => e.Kind == RuntimeErrorKind.InvalidInput, "*root*");

    [Fact]
    public Task AddFile_LargerThanTheFormatCan_IsRefused() =>
        RefuseAsync(w => w.BeginFile("a"u8, (16L << 40) + 1, Plain), Errno(27), "*: a: *");

    [Fact]
    public Task AddSpecial_WithANumberThatNoDeviceHas_IsRefused() => RefuseAsync(
        w => w.AddSpecial("a"u8, SpecialFile.BlockDevice, 4096, 0, Plain),
        e => e.Kind == RuntimeErrorKind.InvalidInput,
        "*: a: *4096:0*");

    [Fact]
    public Task AddSymbolicLink_ToAPathThatNoKernelTakes_IsRefused() => RefuseAsync(
        w => w.AddSymbolicLink("a"u8, new byte[4096].AsSpan(), Plain),
        e => e.Kind == RuntimeErrorKind.InvalidInput,
        "*: a: *");

    [Fact]
    public Task AddFile_WithMoreAttributesThanAnyFileHas_IsRefused() => RefuseAsync(
        w => w.BeginFile("a"u8, 1, Plain with
        {
            Xattrs = [.. Enumerable.Range(0, 300).Select(i => new ExtendedAttribute($"user.x{i}", new byte[1]))],
        }),
        e => e.Kind == RuntimeErrorKind.InvalidInput,
        "*attributes*");

    [Fact]
    public Task AddDirectory_WithAttributesThatFillMemory_IsRefused() => RefuseAsync(
        w =>
        {
            EntryMetadata large = Plain with { Xattrs = [new ExtendedAttribute("user.x", new byte[60_000])] };
            for (int i = 0; i < 400; i++)
                w.AddDirectory(Bytes($"d{i}"), large);
        },
        e => e.Kind == RuntimeErrorKind.ResourceExhausted,
        "*attributes*");

    [Fact]
    public async Task Misuse_IsReportedAsMisuse()
    {
        ErofsLayerWriter writer = new(Image, null);
        await using (writer)
        {
            FluentActions.Invoking(() => writer.WriteData(0, new byte[1])).Should().Throw<InvalidOperationException>();
            writer.BeginFile("a"u8, 10, Plain);
            writer.WriteData(2, new byte[3]);
            FluentActions.Invoking(() => writer.WriteData(4, new byte[1])).Should().Throw<ArgumentOutOfRangeException>();
            FluentActions.Invoking(() => writer.WriteData(8, new byte[3])).Should().Throw<ArgumentOutOfRangeException>();
            FluentActions.Invoking(() => writer.AddWhiteout("b"u8)).Should().Throw<InvalidOperationException>();
            writer.EndFile();
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
            FluentActions.Invoking(() => writer.AddWhiteout("b"u8)).Should().Throw<InvalidOperationException>();
        }
        FluentActions.Invoking(() => writer.AddWhiteout("b"u8)).Should().Throw<ObjectDisposedException>();
        File.Exists(Image).Should().BeTrue();
    }

    [Fact]
    public async Task Complete_Cancelled_LeavesNothing()
    {
        ErofsLayerWriter writer = new(Image, null);
        AddFile(writer, "file", 10);
        await FluentActions.Awaiting(() => writer.CompleteAsync(new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();
        await writer.DisposeAsync();
        File.Exists(Image).Should().BeFalse();
    }

    [Fact]
    public async Task AddFile_OfAHundredThousand_TakesLittleMemory()
    {
        const int Count = 100_000;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        _ = await WriteAsync(writer =>
        {
            for (int i = 0; i < Count; i++)
                AddFile(writer, $"d{i / 100}/name{i}", 0);
        });
        ((GC.GetTotalAllocatedBytes(precise: true) - before) / Count).Should().BeLessThan(600, "bytes an entry, the image read back and the paths made here counted too");
    }

    private static Func<ContainerRuntimeException, bool> Errno(int errno) => e => e.Errno == errno;

    private static byte[] Bytes(string path) => Encoding.Latin1.GetBytes(path);

    private static void AddFile(ErofsLayerWriter writer, string path, int size)
    {
        writer.BeginFile(Bytes(path), size, Plain);
        writer.WriteData(0, new byte[size]);
        writer.EndFile();
    }

    private static uint Crc32c(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0x82F63B78 & (uint)-(int)(crc & 1));
        }
        return crc;
    }

    private async Task<byte[]> WriteAsync(Action<ErofsLayerWriter> write)
    {
        await using (ErofsLayerWriter writer = new(Image, null))
        {
            write(writer);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
        }
        byte[] bytes = await File.ReadAllBytesAsync(Image, TestContext.Current.CancellationToken);
        File.Delete(Image);
        return bytes;
    }

    private async Task RefuseAsync(Action<ErofsLayerWriter> write, Func<ContainerRuntimeException, bool> isIt, string message)
    {
        await FluentActions.Awaiting(() => WriteAsync(write)).Should().ThrowAsync<ContainerRuntimeException>()
            .Where(e => isIt(e)).WithMessage(message);
        File.Exists(Image).Should().BeFalse();
    }
}
