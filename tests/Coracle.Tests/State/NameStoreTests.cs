using Coracle.State;

namespace Coracle.Tests.State;

public sealed class NameStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coracle-names-").FullName;
    private readonly StateDirectories _directories;
    private readonly NameStore _names;

    public NameStoreTests()
    {
        _directories = StateDirectories.Open(_root, null);
        _names = new NameStore(_directories);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void TryClaim_TakenName_GivesItsHolder()
    {
        _names.TryClaim("db", "id1", "o").Should().BeNull();
        _names.TryClaim("db", "id2", "o").Should().Be("id1");
        _names.Find("db").Should().Be("id1");
    }

    [Fact]
    public void Release_ByAnotherId_LeavesTheName()
    {
        _names.TryClaim("db", "id1", "o");
        _names.Release("db", "id2");
        _names.Find("db").Should().Be("id1");
        _names.Release("db", "id1");
        _names.Find("db").Should().BeNull();
    }

    [Fact]
    public async Task TryClaim_ManyAtOnce_OneWins()
    {
        string?[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => _names.TryClaim("one", $"id{i}", "o"), TestContext.Current.CancellationToken)));
        results.Count(static r => r is null).Should().Be(1);
    }

    [Fact]
    public void Sweep_NameOfADeadOwnerWithoutContainer_IsFreed()
    {
        using Owner alive = Owner.Create(_directories);
        _names.TryClaim("dead", "id1", "nobody");
        _names.TryClaim("half-made", "id2", alive.Id);

        _names.Sweep(static _ => null);

        _names.Find("dead").Should().BeNull();
        _names.Find("half-made").Should().Be("id2", "its owner may be about to make the container");
    }

    [Fact]
    public void Sweep_OwnerDiedWhileItRenamed_OneNameIsLeft()
    {
        _names.TryClaim("before", "id1", "nobody");
        _names.TryClaim("after", "id1", "nobody-else");

        _names.Sweep(static _ => "before");

        _names.Find("before").Should().Be("id1");
        _names.Find("after").Should().BeNull();
    }

    [Fact]
    public void Owner_Disposed_IsDead()
    {
        Owner owner = Owner.Create(_directories);
        Owner.IsAlive(_directories, owner.Id).Should().BeTrue();
        owner.Dispose();
        Owner.IsAlive(_directories, owner.Id).Should().BeFalse();
        Directory.EnumerateFiles(_directories.Owners).Should().BeEmpty();
    }

    [Fact]
    public void FormatVersion_OfALaterVersion_IsRefusedWithAWayOut()
    {
        FormatVersion.Check(_directories);
        FormatVersion.Check(_directories);
        File.WriteAllText(Path.Combine(_root, "version"), "99\n");
        FluentActions.Invoking(() => FormatVersion.Check(_directories)).Should().Throw<ContainerRuntimeException>()
            .WithMessage("*format 99*newer version*").Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }
}
