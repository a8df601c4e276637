using System.Text;
using Coracle.Isolation.Identity;

namespace Coracle.Tests.Isolation.Identity;

public sealed class UserResolverTests
{
    private const string Passwd = """
        root:x:0:0:root:/root:/bin/sh
        daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
        # a comment
        broken:x:zero:0::/:/bin/sh
        postgres:x:999:998:PostgreSQL:/var/lib/postgresql:/bin/bash
        nohome:x:1001:1001::
        short:x:5
        """;

    private const string Group = """
        root:x:0:
        ssl-cert:x:101:postgres,www-data
        postgres:x:998:
        wheel:x:10:root
        broken:x:ten:postgres
        staff:x:50:
        """;

    [Theory]
    [InlineData(null, 0, 0, "0,10", "/root")]
    [InlineData("", 0, 0, "0,10", "/root")]
    [InlineData("root", 0, 0, "0,10", "/root")]
    [InlineData("postgres", 999, 998, "998,101", "/var/lib/postgresql")]
    [InlineData("999", 999, 998, "998,101", "/var/lib/postgresql")]
    [InlineData("postgres:staff", 999, 50, "50", "/var/lib/postgresql")]
    [InlineData("postgres:77", 999, 77, "77", "/var/lib/postgresql")]
    [InlineData("1234", 1234, 0, "0", "/")]
    [InlineData("1234:5678", 1234, 5678, "5678", "/")]
    [InlineData("nohome", 1001, 1001, "1001", "/")]
    public void Resolve_User_GivesDockersIds(string? user, int uid, int gid, string groups, string home)
    {
        ResolvedUser resolved = Resolve(user);

        resolved.Spec.Uid.Should().Be((uint)uid);
        resolved.Spec.Gid.Should().Be((uint)gid);
        string.Join(',', resolved.Spec.AdditionalGids).Should().Be(groups);
        resolved.Home.Should().Be(home);
    }

    [Fact]
    public void Resolve_AdditionalGroups_AreAddedByNameAndNumber() =>
        Resolve("postgres", "staff", "4242", "ssl-cert").Spec.AdditionalGids.Should().Equal(998, 101, 50, 4242);

    [Theory]
    [InlineData("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [InlineData("broken", "unable to find user broken: no matching entries in passwd file")]
    [InlineData("short", "unable to find user short: no matching entries in passwd file")]
    [InlineData("root:nogroup", "unable to find group nogroup: no matching entries in group file")]
    [InlineData("4294967295", "uids and gids must be in range 0-2147483647: 4294967295")]
    [InlineData("-1", "uids and gids must be in range 0-2147483647: -1")]
    public void Resolve_UnknownName_FailsWithDockersWords(string user, string message)
    {
        Action resolve = () => Resolve(user);

        resolve.Should().Throw<ContainerRuntimeException>().WithMessage(message)
            .Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Fact]
    public void Resolve_NoFiles_KnowsNumbersAndRoot()
    {
        UserResolver.Resolve(null, null, null, []).Spec.Uid.Should().Be(0);
        UserResolver.Resolve(null, null, "12:34", []).Spec.Gid.Should().Be(34);
        Action byName = () => UserResolver.Resolve(null, null, "postgres", []);
        byName.Should().Throw<ContainerRuntimeException>();
    }

    [Fact]
    public void Resolve_BinaryRubbish_IsPassedOver()
    {
        byte[] rubbish = new byte[70_000];
        new Random(1).NextBytes(rubbish);
        byte[] passwd = [.. rubbish, (byte)'\n', .. Encoding.UTF8.GetBytes("app:x:7:8::/app:/bin/sh")];

        UserResolver.Resolve(passwd, rubbish, "app", []).Spec.Uid.Should().Be(7);
    }

    private static ResolvedUser Resolve(string? user, params string[] additional) =>
        UserResolver.Resolve(Encoding.UTF8.GetBytes(Passwd), Encoding.UTF8.GetBytes(Group), user, additional);
}
