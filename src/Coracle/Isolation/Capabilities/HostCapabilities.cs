using System.Globalization;

namespace Coracle.Isolation.Capabilities;

/// <summary>The capabilities that this process can give, and those that the kernel knows.</summary>
/// <param name="Permitted">What this process may use.</param>
/// <param name="Last">The highest number that the kernel knows.</param>
internal sealed record HostCapabilities(CapabilitySet Permitted, int Last)
{
    private const string PermittedField = "CapPrm:";

    /// <summary>Asks the kernel.</summary>
    internal static HostCapabilities Read()
    {
        string line = File.ReadLines("/proc/self/status")
            .First(static line => line.StartsWith(PermittedField, StringComparison.Ordinal));
        string last = File.ReadAllText("/proc/sys/kernel/cap_last_cap");
        return new HostCapabilities(
            CapabilitySet.ParseHexadecimal(line.AsSpan(PermittedField.Length)), int.Parse(last, CultureInfo.InvariantCulture));
    }
}
