using Coracle.Kernel.Probing;

namespace Coracle.Tests.Kernel.Probing;

public sealed class KernelFeaturesTests
{
    private static readonly KernelFeatures Complete = new()
    {
        Release = "6.12.3-generic",
        IsRoot = true,
        InUserNamespace = false,
        Capabilities = ulong.MaxValue,
        Overlay = Availability.Available,
        MountApi = Availability.Available,
        MountAttributes = Availability.Available,
        OpenAt2 = Availability.Available,
        Pidfd = Availability.Available,
        Clone3 = Availability.Available,
        CloneIntoCgroup = Availability.Available,
        Seccomp = Availability.Available,
        MaxUserNamespaces = 1000,
        UserNamespacesRestricted = false,
        MemfdNoExec = 0,
    };

    [Fact]
    public void Remarks_NothingMissing_AreNone() => Complete.Remarks.Should().BeEmpty();

    [Fact]
    public void Remarks_WhatIsMissing_IsSaidWithARemedy()
    {
        Remark(Complete with { Overlay = Availability.Missing }).Should().Contain("modprobe overlay");
        Remark(Complete with { Seccomp = Availability.Missing }).Should().Contain("CONFIG_SECCOMP_FILTER");
        Remark(Complete with { MountAttributes = Availability.Missing }).Should().Contain("mount_setattr").And.Contain("5.12");
        Remark(Complete with { MountApi = Availability.Denied, Clone3 = Availability.Denied }).Should().Contain("denies fsopen, clone3").And.Contain("--privileged");
        Remark(Complete with { Capabilities = ~(1UL << 21) }).Should().Contain("CAP_SYS_ADMIN");
        Remark(Complete with { Capabilities = ~(1UL << 24) }).Should().Contain("CAP_SYS_RESOURCE");
        Remark(Complete with { InUserNamespace = true }).Should().Contain("user namespace");
        Remark(Complete with { MemfdNoExec = 2 }).Should().Contain("memfd_noexec");
        Remark(Complete with { IsRoot = false }).Should().Contain("sudo");
    }

    [Fact]
    public void Remarks_NotRoot_DoNotListWhatRootWouldLack() =>
        (Complete with { IsRoot = false, Capabilities = 0, MountApi = Availability.Denied }).Remarks.Should().ContainSingle();

    [Theory]
    [InlineData("Name:\tx\nCapEff:\t000001fffeffffff\nCapBnd:\t0\n", 0x1fffeffffffUL)]
    [InlineData("Name:\tx\nCapEff:\t0000000000000000", 0UL)]
    [InlineData("", 0UL)]
    public void EffectiveCapabilities_Status_IsRead(string status, ulong expected) =>
        KernelFeatures.EffectiveCapabilities(status).Should().Be(expected);

    [Theory]
    [InlineData("6.1.0-18-amd64", 6, 1)]
    [InlineData("5.15.167.4-microsoft-standard-WSL2", 5, 15)]
    [InlineData("6.9-rc1", 6, 9)]
    [InlineData("x", 0, 0)]
    public void KernelVersion_Release_IsRead(string release, int major, int minor) =>
        KernelVersion.Parse(release).Should().Be(new KernelVersion(major, minor));

    [Fact]
    public void Current_ThisHost_AgreesWithItsVersion()
    {
        KernelFeatures features = KernelFeatures.Current;

        KernelVersion version = KernelVersion.Parse(features.Release);
        version.Major.Should().BeGreaterThanOrEqualTo(5);
        Assert.SkipUnless(version.Major >= 6, "the calls are asked for by a version that has all of them");
        foreach (Availability availability in (Availability[])[features.OpenAt2, features.MountAttributes, features.Pidfd, features.CloneIntoCgroup])
            availability.Should().NotBe(Availability.Missing);
    }

    private static string Remark(KernelFeatures features) => features.Remarks.Should().ContainSingle().Subject;
}
