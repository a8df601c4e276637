using System.Text;
using Coracle.Distribution.Content;
using Coracle.TestSupport;
using Coracle.TestSupport.Registry;

namespace Coracle.Tests.Distribution.Content;

public sealed class ContentStoreTests : IDisposable
{
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("some content");
    private static readonly Digest Name = Digest.Parse(FakeRegistry.DigestOf(Bytes));

    private readonly TempDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_NewDirectory_IsAnEmptyLayout()
    {
        ContentStore store = await OpenAsync();

        File.ReadAllText(Path.Combine(store.Root, "oci-layout")).Should().Be("""{"imageLayoutVersion":"1.0.0"}""");
        File.ReadAllText(store.IndexPath).Should().Be("""{"schemaVersion":2,"manifests":[]}""");
    }

    [Fact]
    public async Task Open_ThroughASymbolicLink_IsTheSameStore()
    {
        ContentStore store = await OpenAsync();
        Directory.CreateSymbolicLink(_directory["link"], _directory.Path);

        ContentStore other = await ContentStore.OpenAsync(_directory["link/content"], TimeProvider.System, Token);

        other.Root.Should().Be(store.Root);
    }

    [Fact]
    public async Task Write_RightDigest_IsReadOnlyAndReadable()
    {
        ContentStore store = await OpenAsync();

        await store.WriteAsync(Name, Bytes, Token);

        store.TryRead(Name).Should().Equal(Bytes);
        store.Contains(Name, Bytes.Length).Should().BeTrue();
        File.GetUnixFileMode(store.PathOf(Name)).Should().HaveFlag(UnixFileMode.OtherRead).And.NotHaveFlag(UnixFileMode.UserWrite);
        Partials(store).Should().BeEmpty();
    }

    [Fact]
    public async Task Write_WrongDigest_LeavesNothing()
    {
        ContentStore store = await OpenAsync();

        Func<Task> write = () => store.WriteAsync(Name, new byte[] { 1 }, Token);

        (await write.Should().ThrowAsync<ContainerRuntimeException>()).Which.Kind.Should().Be(RuntimeErrorKind.IntegrityFailed);
        store.TryRead(Name).Should().BeNull();
        Partials(store).Should().BeEmpty();
    }

    [Theory]
    [InlineData("other bytes!")]
    [InlineData("short")]
    public async Task TryRead_DamagedBlob_IsNone(string damage)
    {
        ContentStore store = await OpenAsync();
        File.WriteAllText(store.PathOf(Name), damage);

        store.TryRead(Name).Should().BeNull();
        store.Contains(Name, Bytes.Length).Should().Be(damage.Length == Bytes.Length);
    }

    [Fact]
    public async Task TryOpen_SymbolicLinkInPlaceOfABlob_IsRefused()
    {
        ContentStore store = await OpenAsync();
        File.CreateSymbolicLink(store.PathOf(Name), "/etc/passwd");

        FluentActions.Invoking(() => store.TryOpen(Name)).Should().Throw<ContainerRuntimeException>();
    }

    [Fact]
    public async Task Begin_PartIsThere_GoesOnWithIt()
    {
        ContentStore store = await OpenAsync();
        using (BlobIngest first = (await store.BeginAsync(Name, Bytes.Length, Token))!)
            first.Append(Bytes.AsSpan(0, 5));

        // Another process would see the same.
        ContentStore other = await OpenAsync();
        using BlobIngest second = (await other.BeginAsync(Name, Bytes.Length, Token))!;

        second.Length.Should().Be(5);
        second.Append(Bytes.AsSpan(5));
        second.Commit();
        store.TryRead(Name).Should().Equal(Bytes);
    }

    [Fact]
    public async Task Begin_PartIsLongerThanTheBlob_StartsAnew()
    {
        ContentStore store = await OpenAsync();
        using (BlobIngest first = (await store.BeginAsync(Name, 100, Token))!)
            first.Append(new byte[50]);

        using BlobIngest second = (await store.BeginAsync(Name, Bytes.Length, Token))!;

        second.Length.Should().Be(0);
    }

    [Fact]
    public async Task Begin_SomebodyIsAtIt_WaitsAndFindsTheBlob()
    {
        ContentStore store = await OpenAsync();
        BlobIngest first = (await store.BeginAsync(Name, Bytes.Length, Token))!;
        Task<BlobIngest?> waiting = store.BeginAsync(Name, Bytes.Length, Token);
        waiting.IsCompleted.Should().BeFalse();

        first.Append(Bytes);
        first.Commit();
        first.Dispose();

        (await waiting).Should().BeNull();
        Partials(store).Should().BeEmpty();
    }

    [Fact]
    public async Task Begin_SomebodyGaveUp_TakesOver()
    {
        ContentStore store = await OpenAsync();
        BlobIngest first = (await store.BeginAsync(Name, Bytes.Length, Token))!;
        first.Append(Bytes.AsSpan(0, 3));
        Task<BlobIngest?> waiting = store.BeginAsync(Name, Bytes.Length, Token);

        first.Dispose();

        using BlobIngest? second = await waiting;
        second!.Length.Should().Be(3);
    }

    [Fact]
    public async Task Begin_SomebodyDiscarded_StartsAnew()
    {
        ContentStore store = await OpenAsync();
        BlobIngest first = (await store.BeginAsync(Name, Bytes.Length, Token))!;
        first.Append(Bytes.AsSpan(0, 3));
        Task<BlobIngest?> waiting = store.BeginAsync(Name, Bytes.Length, Token);

        first.Discard();
        first.Dispose();

        using BlobIngest? second = await waiting;
        second!.Length.Should().Be(0);
        second.Append(Bytes);
        second.Commit();
        store.TryRead(Name).Should().Equal(Bytes);
    }

    [Fact]
    public async Task Open_OldPartialAndStaleLease_AreSwept()
    {
        ContentStore store = await OpenAsync();
        string old = Path.Combine(store.IngestDirectory, $"sha256-{Name.Hex}");
        string young = Path.Combine(store.IngestDirectory, $"sha256-{new string('a', 64)}");
        File.WriteAllText(old, "x");
        File.WriteAllText(young, "x");
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.WriteAllText(Path.Combine(store.IngestDirectory, "lease-of-the-dead"), "");
        File.WriteAllText(store.IndexPath + ".1.tmp", "");
        using ContentLease alive = await ContentLease.TakeAsync(store, [Name], Token);

        await OpenAsync();

        Partials(store).Should().HaveCount(2).And.Contain(young).And.ContainSingle(f => f.Contains("lease-"));
        Directory.GetFiles(store.Root, "*.tmp").Should().BeEmpty();
        ContentLease.ReadAll(store).Should().Equal(Name);
    }

    private Task<ContentStore> OpenAsync() => ContentStore.OpenAsync(_directory["content"], TimeProvider.System, Token);

    private static string[] Partials(ContentStore store) =>
        [.. Directory.GetFiles(store.IngestDirectory).Where(path => Path.GetFileName(path) != "lock")];
}
