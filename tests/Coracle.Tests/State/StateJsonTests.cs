using System.Text.Json;
using Coracle.State;

namespace Coracle.Tests.State;

public sealed class StateJsonTests
{
    [Fact]
    public void ContainerRecord_EveryMemberSet_SurvivesTheRoundTrip()
    {
        ContainerRecord record = new()
        {
            Id = ContainerId.New().ToString(),
            Name = "db",
            Owner = "o",
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ImageId = Digest.Parse("sha256:" + new string('a', 64)),
            Arguments = ["a", "b c"],
            StopSignal = Signal.Int,
            Mounts = [new VolumeMount("v", "/u"), new VolumeMount("anonymous", "/w")],
            AnonymousVolumes = ["anonymous"],
            Labels = new Dictionary<string, string> { ["image"] = "label" },
            Spec = new ContainerSpec("localhost:5000/x/y:1@sha256:" + new string('b', 64))
            {
                Name = "db",
                Command = [],
                Entrypoint = ["sh", "-c"],
                Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "" },
                User = "app:staff",
                AdditionalGroups = ["wheel"],
                WorkingDirectory = "/w",
                HostName = "h",
                DomainName = "d",
                ExtraHosts = new Dictionary<string, string> { ["x"] = "10.0.0.1" },
                Labels = new Dictionary<string, string> { ["l"] = "v" },
                Mounts =
                [
                    new BindMount("/s", "/t") { ReadOnly = true },
                    new VolumeMount("v", "/u"),
                    new VolumeMount("/w"),
                    new TmpfsMount("/tmp") { Size = 5, Mode = UnixFileMode.UserRead },
                ],
                Network = NetworkMode.Host,
                Resources = new ResourceLimits { Memory = 1 << 30, MemorySwap = -1, Cpus = 0.5, CpuShares = 2, Pids = 9 },
                Ulimits = [new Ulimit("nofile", 10, 20)],
                NoNewPrivileges = true,
                OpenStandardInput = true,
                StopSignal = Signal.Parse("RTMIN+3"),
                StopTimeout = TimeSpan.Zero,
                RestartPolicy = RestartPolicy.OnFailure(4),
                AutoRemove = true,
                Init = true,
                KeepAfterDispose = true,
                Platform = Platform.Parse("linux/arm/v6"),
            },
        };

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, StateJson.Default.ContainerRecord);
        ContainerRecord? back = JsonSerializer.Deserialize(json, StateJson.Default.ContainerRecord);

        back.Should().BeEquivalentTo(record, static options => options
            .ComparingByMembers<ContainerRecord>().ComparingByMembers<ContainerSpec>().RespectingRuntimeTypes());
    }
}
