using Coracle.Engine.Specs;
using Coracle.Isolation.Identity;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Engine.Specs;

public sealed class ExecBuilderTests
{
    private static readonly ProcessConfig Container = new(
        ["server"], ["PATH=/bin", "A=1", "B=2"], "", "/srv", Signal.Term, new Dictionary<string, string>());

    private static readonly SpecProcess Running = new()
    {
        Args = ["server"],
        NoNewPrivileges = true,
        OomScoreAdj = 7,
        Rlimits = [new SpecRlimit { Type = "RLIMIT_NOFILE", Soft = 1, Hard = 2 }],
        Capabilities = new SpecCapabilities { Bounding = ["CAP_CHOWN"], Permitted = ["CAP_CHOWN"], Effective = ["CAP_CHOWN"] },
    };

    [Fact]
    public void Build_WhatIsNotSaid_IsTheContainers()
    {
        SpecProcess process = Build(new ExecSpec("ls", "-l"));

        process.Args.Should().Equal("ls", "-l");
        process.Env.Should().Equal("PATH=/bin", "A=1", "B=2", "HOME=/root");
        process.Cwd.Should().Be("/srv");
        process.NoNewPrivileges.Should().BeTrue();
        process.OomScoreAdj.Should().Be(7);
        process.Rlimits.Should().Equal(Running.Rlimits);
        process.Terminal.Should().BeFalse();
    }

    [Fact]
    public void Build_Environment_IsOverTheContainers() =>
        Build(new ExecSpec("true") { Environment = new Dictionary<string, string> { ["B"] = "x=y", ["HOME"] = "/h", ["C"] = "" } })
            .Env.Should().BeEquivalentTo("PATH=/bin", "A=1", "B=x=y", "HOME=/h", "C=");

    [Fact]
    public void Build_Terminal_SaysWhichUnlessSomebodyHas()
    {
        ExecSpec spec = new("sh") { Terminal = new TerminalSize(132, 50) };

        Build(spec).Env.Should().Contain("TERM=xterm");
        Build(spec).ConsoleSize.Should().BeEquivalentTo(new SpecConsoleSize { Width = 132, Height = 50 });
        Build(spec with { Environment = new Dictionary<string, string> { ["TERM"] = "dumb" } }).Env.Should().Contain("TERM=dumb").And.NotContain("TERM=xterm");
    }

    [Theory]
    [InlineData(0u, false, "CAP_CHOWN", "CAP_CHOWN")]
    [InlineData(5u, false, "CAP_CHOWN", "")]
    [InlineData(0u, true, "CAP_SYS_ADMIN", "CAP_SYS_ADMIN")]
    [InlineData(5u, true, "CAP_SYS_ADMIN", "")]
    public void Build_Capabilities_AreTheContainersOrAll(uint uid, bool privileged, string bounding, string effective)
    {
        SpecCapabilities sets = Build(new ExecSpec("true") { Privileged = privileged }, uid).Capabilities!;

        sets.Bounding.Should().Contain(bounding);
        sets.Effective.Should().Equal(sets.Permitted);
        if (effective.Length == 0)
            sets.Effective.Should().BeEmpty();
        else
            sets.Effective.Should().Contain(effective);
        sets.Inheritable.Should().BeEmpty();
        sets.Ambient.Should().BeEmpty();
    }

    [Fact]
    public void Build_PrivilegedWhereDevicesAreNotRestricted_CantMakeNodes() =>
        ExecBuilder.Build(new ExecSpec("true") { Privileged = true }, Container, Running, User(0), devicesAreRestricted: false)
            .Capabilities!.Bounding.Should().NotContain("CAP_MKNOD");

    [Fact]
    public void Build_WhatIsMalformed_IsRefused()
    {
        Refused(new ExecSpec());
        Refused(new ExecSpec(""));
        Refused(new ExecSpec("a\0b"));
        Refused(new ExecSpec("true") { WorkingDirectory = "relative" });
        Refused(new ExecSpec("true") { Environment = new Dictionary<string, string> { ["A=B"] = "" } });
        Refused(new ExecSpec("true") { Environment = new Dictionary<string, string> { ["A"] = "\0" } });
    }

    private static void Refused(ExecSpec spec) =>
        FluentActions.Invoking(() => Build(spec)).Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    private static SpecProcess Build(ExecSpec spec, uint uid = 0) =>
        ExecBuilder.Build(spec, Container, Running, User(uid), devicesAreRestricted: true);

    private static ResolvedUser User(uint uid) => new(new SpecUser { Uid = uid, Gid = uid }, "/root");
}
