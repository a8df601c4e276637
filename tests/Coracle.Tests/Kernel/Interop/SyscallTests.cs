using System.Globalization;
using System.Text.RegularExpressions;
using Coracle.Kernel.Interop;
using Coracle.TestSupport;

namespace Coracle.Tests.Kernel.Interop;

public sealed partial class SyscallTests
{
    // The second is what arm64 uses, and comes with the headers of every architecture.
    [Theory]
    [InlineData("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", false)]
    [InlineData("/usr/include/asm-generic/unistd.h", true)]
    public void Numbers_AreThoseOfTheKernelsHeaders(string header, bool arm64)
    {
        Prerequisite.Require(File.Exists(header), "linux-libc-dev", header);
        Dictionary<string, uint> defined = [];
        foreach (Match match in Definition().Matches(File.ReadAllText(header)))
            defined.TryAdd(match.Groups[1].Value, uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));

        foreach (Syscall call in Enum.GetValues<Syscall>())
        {
            if (defined.TryGetValue(call.ToString(), out uint number))
                SyscallNumber.Of(call, arm64).Should().Be(number, call.ToString());
            else
                SyscallNumber.Of(call, arm64).Should().BeGreaterThan(defined.Values.Max(), $"{call} is newer than the header");
        }
    }

    [GeneratedRegex(@"^#define __NR(?:3264)?_(\w+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
