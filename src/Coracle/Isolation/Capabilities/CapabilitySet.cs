using System.Globalization;

namespace Coracle.Isolation.Capabilities;

/// <summary>A set of capabilities (capabilities(7)), a bit each.</summary>
/// <param name="Bits">Bit n is capability n.</param>
internal readonly record struct CapabilitySet(ulong Bits)
{
    internal static CapabilitySet None => default;

    public static CapabilitySet operator &(CapabilitySet left, CapabilitySet right) => new(left.Bits & right.Bits);

    public static CapabilitySet operator |(CapabilitySet left, CapabilitySet right) => new(left.Bits | right.Bits);

    internal bool Contains(int capability) => (Bits >> capability & 1) != 0;

    /// <summary>The set of some names.</summary>
    /// <exception cref="ContainerRuntimeException">One is no capability.</exception>
    internal static CapabilitySet Of(IReadOnlyList<string> names)
    {
        ulong bits = 0;
        foreach (string name in names)
            bits |= 1ul << CapabilityNames.NumberOf(name);
        return new CapabilitySet(bits);
    }

    /// <summary>Reads the hexadecimal form of /proc/[pid]/status.</summary>
    internal static CapabilitySet ParseHexadecimal(ReadOnlySpan<char> text) =>
        new(ulong.Parse(text.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>The names, comma-separated.</summary>
    public override string ToString()
    {
        ulong bits = Bits;
        return string.Join(
            ',', Enumerable.Range(0, sizeof(ulong) * 8).Where(i => (bits >> i & 1) != 0).Select(CapabilityNames.NameOf));
    }
}
