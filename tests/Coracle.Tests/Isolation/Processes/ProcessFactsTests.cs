using System.Text;
using Coracle.Isolation.Processes;

namespace Coracle.Tests.Isolation.Processes;

public sealed class ProcessFactsTests
{
    private const string Tail = "S 10 42 42 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 3 0 12345 1000000 25 18446744073709551615 1";
    private const string Status = "Name:\tsh\nUid:\t0\t33\t0\t0\nNSpid:\t42\t7\t1\n";
    private static readonly DateTimeOffset Boot = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Parse_ReadsTheFieldsOfTheNamespaceAsked()
    {
        ContainerProcessInfo process = Parse("42 (sh) " + Tail, Status, "sh\0-c\0\0a b\0");
        process.Should().BeEquivalentTo(new ContainerProcessInfo
        {
            Pid = 42,
            InnerPid = 7,
            ParentPid = 10,
            Uid = 33,
            Name = "sh",
            Arguments = ["sh", "-c", "", "a b"],
            State = ProcessState.Sleeping,
            Threads = 3,
            CpuTime = TimeSpan.FromSeconds(2),
            ResidentBytes = 25L * Environment.SystemPageSize,
            StartedAt = Boot.AddSeconds(123.45),
        });
    }

    [Theory]
    [InlineData(") R 1 1 1 (")]
    [InlineData("a) Z 0 0 0")]
    [InlineData("\n(")]
    public void Parse_AnyName_ForgesNoField(string name)
    {
        ContainerProcessInfo process = Parse($"42 ({name}) {Tail}", Status, "");
        process.Name.Should().Be(name);
        process.State.Should().Be(ProcessState.Sleeping);
        process.ParentPid.Should().Be(10);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (sh) S 1 2")]
    [InlineData("42 sh S 1 2")]
    public void Parse_OfHalfAFile_IsNothing(string stat) =>
        ProcessFacts.Parse(42, stat, Status, [], 2, Boot).Should().BeNull();

    [Fact]
    public void Parse_ArgumentsThatAreNoText_AreShownAllTheSame() =>
        Parse("42 (sh) " + Tail, Status, [0xFF, 0xFE, 0, (byte)'x']).Arguments.Should().Equal("\uFFFD\uFFFD", "x");

    [Fact]
    public void Network_InterfacesButTheLoopback_AreRead()
    {
        const string text =
            "Inter-|   Receive                                                |  Transmit\n"
            + " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
            + "    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0\n"
            + "  eth0:    1000      10    1    2    0     0          0         0     2000      20    3    4    0     0       0          0\n";
        NetworkCounters.Parse(text).Should().Equal(
            new Dictionary<string, NetworkStatistics> { ["eth0"] = new(1000, 10, 1, 2, 2000, 20, 3, 4) });
    }

    [Fact]
    public void Host_CountsProcessorsAndTheirTime()
    {
        HostCounters host = HostCounters.Parse(
            "cpu  100 100 100 100 100 100 100 100 900 900\ncpu0 1\ncpu1 1\nintr 5\ncpu2 1\n", "MemTotal:       1024 kB\nMemFree: 1 kB\n", "12.50 3\n");
        host.Should().Be(new HostCounters(TimeSpan.FromSeconds(8), 2, 1024 * 1024, TimeSpan.FromSeconds(12.5)));
    }

    private static ContainerProcessInfo Parse(string stat, string status, string arguments) =>
        Parse(stat, status, Encoding.UTF8.GetBytes(arguments));

    private static ContainerProcessInfo Parse(string stat, string status, byte[] arguments) =>
        ProcessFacts.Parse(42, stat, status, arguments, 2, Boot)!;
}
