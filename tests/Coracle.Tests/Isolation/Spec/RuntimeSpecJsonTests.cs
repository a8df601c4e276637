using System.Text;
using System.Text.Json;
using Coracle.Isolation.Spec;

namespace Coracle.Tests.Isolation.Spec;

public sealed class RuntimeSpecJsonTests
{
    [Fact]
    public void Write_EveryMember_HasTheNameOfTheSpecification()
    {
        RuntimeSpec spec = new()
        {
            Process = new SpecProcess { OomScoreAdj = 5, NoNewPrivileges = true, User = new SpecUser { Uid = 7, Umask = 18 } },
            Linux = new LinuxSpec
            {
                UidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 1000, Size = 1 }],
                CgroupsPath = "/a",
                Resources = new LinuxResources
                {
                    Memory = new LinuxMemory { KernelTcp = 1, DisableOomKiller = true },
                    BlockIO = new LinuxBlockIO
                    {
                        ThrottleReadIopsDevice = [new LinuxThrottleDevice { Major = 8, Minor = 0, Rate = 10 }],
                    },
                },
            },
        };

        JsonElement json = JsonDocument.Parse(RuntimeSpecJson.Write(spec)).RootElement;

        json.GetProperty("ociVersion").GetString().Should().Be("1.2.0");
        JsonElement process = json.GetProperty("process");
        process.GetProperty("oomScoreAdj").GetInt32().Should().Be(5);
        process.GetProperty("noNewPrivileges").GetBoolean().Should().BeTrue();
        process.GetProperty("user").GetProperty("umask").GetInt32().Should().Be(18);
        process.GetProperty("cwd").GetString().Should().Be("/");
        JsonElement linux = json.GetProperty("linux");
        linux.GetProperty("uidMappings")[0].GetProperty("hostID").GetInt32().Should().Be(1000);
        linux.GetProperty("cgroupsPath").GetString().Should().Be("/a");
        JsonElement resources = linux.GetProperty("resources");
        resources.GetProperty("memory").GetProperty("kernelTCP").GetInt32().Should().Be(1);
        resources.GetProperty("memory").GetProperty("disableOOMKiller").GetBoolean().Should().BeTrue();
        resources.GetProperty("blockIO").GetProperty("throttleReadIOPSDevice")[0].GetProperty("rate").GetInt32().Should().Be(10);
        json.TryGetProperty("hostname", out _).Should().BeFalse("what is not set is not written");
    }

    [Fact]
    public void Read_MissingAndNullMembers_AreEmptyNotNull()
    {
        RuntimeSpec spec = RuntimeSpecJson.Read("""{"process":{"args":null},"linux":{}}"""u8);

        spec.OciVersion.Should().NotBeNullOrEmpty();
        spec.Mounts.Should().BeEmpty();
        spec.Annotations.Should().BeEmpty();
        spec.Process!.Args.Should().BeEmpty();
        spec.Process.Cwd.Should().Be("/");
        spec.Process.User.Uid.Should().Be(0);
        spec.Linux!.MaskedPaths.Should().BeEmpty();
    }

    [Fact]
    public void Read_UnknownMembers_SurviveARewrite()
    {
        RuntimeSpec spec = RuntimeSpecJson.Read(
            """{"ociVersion":"1.3.0","vm":{"a":[1]},"linux":{"netDevices":{"eth0":{}},"intelRdt":{"closID":"x"}}}"""u8);

        string json = Encoding.UTF8.GetString(RuntimeSpecJson.Write(spec with { Hostname = "h" }));

        json.Should().Contain("\"vm\":{\"a\":[1]}").And.Contain("\"netDevices\":{\"eth0\":{}}").And.Contain("\"closID\":\"x\"")
            .And.Contain("\"hostname\":\"h\"").And.Contain("\"ociVersion\":\"1.3.0\"");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"process\":{\"args\":[1]}}")]
    [InlineData("{\"root\":{}}")]
    [InlineData("{")]
    public void Read_NotASpec_FailsAsInvalidInput(string json)
    {
        Action read = () => RuntimeSpecJson.Read(Encoding.UTF8.GetBytes(json));

        read.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }
}
