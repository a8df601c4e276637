using Coracle.Engine.Specs;

namespace Coracle.Tests.Engine.Specs;

public sealed class ProcessConfigTests
{
    private static readonly ImageConfig Image = new()
    {
        Entrypoint = ["/entry.sh"],
        Command = ["serve", "-v"],
        Environment = ["PATH=/opt/bin", "LANG=C", "not-a-variable"],
        User = "app",
        WorkingDirectory = "/srv",
        StopSignal = "SIGINT",
        Labels = new Dictionary<string, string> { ["a"] = "image", ["b"] = "image" },
    };

    private static readonly ContainerSpec Spec = new("x");

    public static TheoryData<string[]?, string[]?, string> ArgumentCases => new()
    {
        { null, null, "/entry.sh serve -v" },
        { null, ["check"], "/entry.sh check" },
        { null, [], "/entry.sh" },
        { ["sh"], null, "sh" },
        { ["sh"], ["-c"], "sh -c" },
        { [], ["true"], "true" },
    };

    [Theory]
    [MemberData(nameof(ArgumentCases))]
    public void Merge_EntrypointAndCommand_FollowDocker(string[]? entrypoint, string[]? command, string expected) =>
        Merge(Spec with { Entrypoint = entrypoint, Command = command }).Arguments.Should().Equal(expected.Split(' '));

    [Fact]
    public void Merge_Environment_CallerOverImageOverDefaults()
    {
        ProcessConfig merged = Merge(Spec with
        {
            Environment = new Dictionary<string, string> { ["LANG"] = "de", ["NEW"] = "1=2" },
        });
        merged.Environment.Should().Equal("PATH=/opt/bin", "HOSTNAME=host", "LANG=de", "NEW=1=2");
    }

    [Fact]
    public void Merge_NothingSaid_TakesTheImages()
    {
        ProcessConfig merged = Merge(Spec with { Labels = new Dictionary<string, string> { ["b"] = "caller" } });
        merged.User.Should().Be("app");
        merged.WorkingDirectory.Should().Be("/srv");
        merged.StopSignal.Should().Be(Signal.Int);
        merged.Labels.Should().BeEquivalentTo(new Dictionary<string, string> { ["a"] = "image", ["b"] = "caller" });
    }

    [Fact]
    public void Merge_NothingToRun_SaysWhatToSet() =>
        FluentActions.Invoking(() => ProcessConfig.Merge(Spec, new ImageConfig(), "h"))
            .Should().Throw<ContainerRuntimeException>().WithMessage("*no command specified*ContainerSpec.Command*");

    [Theory]
    [InlineData("relative")]
    [InlineData("./x")]
    public void Merge_RelativeWorkingDirectory_IsRefused(string path) =>
        FluentActions.Invoking(() => Merge(Spec with { WorkingDirectory = path }))
            .Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    [Theory]
    [InlineData("A=B", "x")]
    [InlineData("", "x")]
    [InlineData("A", "x\0y")]
    public void Merge_MalformedVariable_IsRefused(string name, string value) =>
        FluentActions.Invoking(() => Merge(Spec with { Environment = new Dictionary<string, string> { [name] = value } }))
            .Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    private static ProcessConfig Merge(ContainerSpec spec) => ProcessConfig.Merge(spec, Image, "host");
}
