namespace Coracle.Filesystem.Layers.Tar;

/// <summary>Numbers as tar headers have them.</summary>
internal static class TarNumber
{
    private const int NanosecondDigits = 9;

    /// <summary>A field of a header: octal digits, or GNU's base 256 with the highest bit set.</summary>
    internal static long Parse(ReadOnlySpan<byte> field, string what)
    {
        if ((field[0] & 0x80) != 0)
            return ParseBase256(field, what);
        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);

        // Some writers leave old bytes behind the zero that ends the field.
        int end = digits.IndexOf((byte)0);
        if (end >= 0)
            digits = digits[..end].TrimEnd((byte)' ');
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                throw TarError.Malformed($"the {what} of a header is not a number");
            value = (value << 3) | (uint)(digit - '0');
        }
        return value;
    }

    /// <summary>A decimal number without a sign, as in an extended header.</summary>
    internal static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty)
            return false;
        foreach (byte c in text)
        {
            if (c is < (byte)'0' or > (byte)'9' || value > (long.MaxValue - (c - '0')) / 10)
                return false;
            value = (value * 10) + (c - '0');
        }
        return true;
    }

    /// <summary>A time of an extended header: seconds, perhaps negative, perhaps with a fraction. Cut to nanoseconds.</summary>
    internal static bool TryParseTime(ReadOnlySpan<byte> text, out long seconds, out uint nanoseconds)
    {
        nanoseconds = 0;
        bool negative = text.StartsWith("-"u8);
        if (negative)
            text = text[1..];
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> fraction = point < 0 ? default : text[(point + 1)..];
        if (!TryParseDecimal(point < 0 ? text : text[..point], out seconds) || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        for (int i = 0; i < NanosecondDigits; i++)
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? (uint)(fraction[i] - '0') : 0);
        if (!negative)
            return true;
        seconds = -seconds;
        if (nanoseconds > 0)
        {
            seconds--;
            nanoseconds = 1_000_000_000 - nanoseconds;
        }
        return true;
    }

    // Two's complement, big endian; the highest bit is the mark, the next one the sign.
    private static long ParseBase256(ReadOnlySpan<byte> field, string what)
    {
        bool negative = (field[0] & 0x40) != 0;
        long value = negative ? -1L : 0;
        for (int i = 0; i < field.Length; i++)
        {
            byte part = i == 0 ? (byte)(negative ? field[0] | 0x80 : field[0] & 0x7f) : field[i];
            long next = (value << 8) | part;
            if (next >> 8 != value)
                throw TarError.Malformed($"the {what} of a header is too large");
            value = next;
        }
        return value;
    }
}
