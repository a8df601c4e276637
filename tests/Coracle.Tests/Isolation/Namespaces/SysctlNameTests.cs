using Coracle.Isolation.Namespaces;

namespace Coracle.Tests.Isolation.Namespaces;

public sealed class SysctlNameTests
{
    [Theory]
    [InlineData("net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_forward", "/proc/sys/net/ipv4/ip_forward")]
    [InlineData("net.ipv4.conf.eth0/100.forwarding", "/proc/sys/net/ipv4/conf/eth0.100/forwarding")]
    [InlineData("kernel.shmmax", "/proc/sys/kernel/shmmax")]
    [InlineData("fs.mqueue.msg_max", "/proc/sys/fs/mqueue/msg_max")]
    [InlineData("kernel.domainname", "/proc/sys/kernel/domainname")]
    public void PathOf_OwnParameter_IsItsFile(string name, string path) =>
        SysctlName.PathOf(name, static _ => true).Should().Be(path);

    [Theory]
    [InlineData("kernel.panic")]
    [InlineData("vm.swappiness")]
    [InlineData("kernel.core_pattern")]
    [InlineData("net/../kernel/core_pattern")]
    [InlineData("fs.file-max")]
    public void PathOf_ParameterOfTheHost_Fails(string name)
    {
        Action path = () => SysctlName.PathOf(name, static _ => true);

        path.Should().Throw<ContainerRuntimeException>().WithMessage($"sysctl \"{name}\" is not in a separate kernel namespace");
    }

    [Fact]
    public void PathOf_NetworkOfTheHost_Fails()
    {
        Action path = () => SysctlName.PathOf("net.ipv4.ip_forward", static type => type != "network");

        path.Should().Throw<ContainerRuntimeException>();
    }
}
