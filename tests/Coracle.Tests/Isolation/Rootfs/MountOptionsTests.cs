using Coracle.Isolation.Rootfs;
using Coracle.Kernel.Interop;

namespace Coracle.Tests.Isolation.Rootfs;

public sealed class MountOptionsTests
{
    [Fact]
    public void Parse_Mixed_SortsFlagsPropagationAndData()
    {
        MountOptions options = MountOptions.Parse(["nosuid", "noexec", "ro", "rslave", "mode=1777", "size=64k"]);

        options.MountFlags.Should().Be(Libc.MS_NOSUID | Libc.MS_NOEXEC | Libc.MS_RDONLY);
        options.Propagation.Should().Be(Libc.MS_SLAVE | Libc.MS_REC);
        options.Data.Should().Be("mode=1777,size=64k");
        options.IsBind.Should().BeFalse();
    }

    [Fact]
    public void Parse_LaterOption_Wins() => MountOptions.Parse(["ro", "rw"]).MountFlags.Should().Be(0);

    [Theory]
    [InlineData("rbind", true)]
    [InlineData("bind", false)]
    public void Parse_Bind_IsBind(string option, bool recursive)
    {
        MountOptions options = MountOptions.Parse([option, "ro"]);

        options.IsBind.Should().BeTrue();
        options.IsRecursive.Should().Be(recursive);
        options.TopAttributes.Should().Be((Libc.MOUNT_ATTR_RDONLY, 0ul));
        options.TreeAttributes.Should().Be((0ul, 0ul));
    }

    [Fact]
    public void Parse_RecursiveReadOnly_IsForTheTree() =>
        MountOptions.Parse(["rbind", "rro", "rnosuid"]).TreeAttributes
            .Should().Be((Libc.MOUNT_ATTR_RDONLY | Libc.MOUNT_ATTR_NOSUID, 0ul));

    [Fact]
    public void Parse_AccessTimes_ClearTheFieldThatTheySet() =>
        MountOptions.Parse(["bind", "noatime"]).TopAttributes
            .Should().Be((Libc.MOUNT_ATTR_NOATIME, Libc.MOUNT_ATTR__ATIME));

    [Fact]
    public void Parse_Negations_ClearAttributes() =>
        MountOptions.Parse(["bind", "suid", "exec"]).TopAttributes
            .Should().Be((0ul, Libc.MOUNT_ATTR_NOSUID | Libc.MOUNT_ATTR_NOEXEC));

    [Theory]
    [InlineData("idmap")]
    [InlineData("tmpcopyup")]
    public void Parse_WhatCannotBeDone_Fails(string option)
    {
        Action parse = () => MountOptions.Parse([option]);

        parse.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.NotSupported);
    }
}
