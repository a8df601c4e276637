using Coracle.Isolation.Processes;

namespace Coracle.Tests.Isolation.Processes;

public sealed class ListeningPortsTests
{
    private const string Text =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        + "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0\n"
        + "   1: 0100007F:0050 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4343 1 0 20 4 30 10 -1\n"
        + "   2: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4444 1\n"
        + "   3: 0100007F:9C40 0100007F:1F91 0A 0:0 0:0 0 0 0 x\n";

    [Theory]
    [InlineData(80, 4242L)]
    [InlineData(8080, 4444L)]
    public void Find_AListeningSocket_TellsItsInode(int port, long inode) => ListeningPorts.Find(Text, port).Should().Equal(inode);

    [Theory]
    [InlineData(81)]
    [InlineData(8081)]
    [InlineData(40000)]
    public void Find_NoListeningSocket_IsEmpty(int port) => ListeningPorts.Find(Text, port).Should().BeEmpty();

    [Fact]
    public void Find_NoText_IsEmpty() => ListeningPorts.Find(null, 80).Should().BeEmpty();
}
