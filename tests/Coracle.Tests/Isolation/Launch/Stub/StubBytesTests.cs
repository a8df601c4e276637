using Coracle.Isolation.Launch.Stub;
using Coracle.TestSupport;

namespace Coracle.Tests.Isolation.Launch.Stub;

public sealed class StubBytesTests
{
    [Theory]
    [InlineData("x64", "x86_64-linux-gnu-")]
    [InlineData("arm64", "aarch64-linux-gnu-")]
    public async Task Bytes_AreWhatTheListingAssemblesTo(string architecture, string prefix)
    {
        Prerequisite.RequireTool(prefix + "as", prefix + "objcopy");
        using TempDirectory work = new("stub");
        string source = Repository.PathOf("src", "Coracle", "Isolation", "Launch", "Stub", architecture + ".S");

        await Tool.RunAsync(prefix + "as", ["-o", work["stub.o"], source], TestContext.Current.CancellationToken);
        await Tool.RunAsync(
            prefix + "objcopy", ["-O", "binary", "-j", ".text", work["stub.o"], work["stub.bin"]],
            TestContext.Current.CancellationToken);

        byte[] committed = (architecture == "x64" ? StubBytes.X64 : StubBytes.Arm64).ToArray();
        committed.Should().Equal(
            await File.ReadAllBytesAsync(work["stub.bin"], TestContext.Current.CancellationToken),
            "Launch/Stub/assemble must be run after a change of the listing");
    }
}
