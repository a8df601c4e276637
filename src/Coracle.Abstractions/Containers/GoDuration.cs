using System.Globalization;

namespace Coracle;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>-250ms</c>.</summary>
internal static class GoDuration
{
    // time.Duration holds nanoseconds in 64 bits.
    private const decimal LongestNanoseconds = long.MaxValue;

    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    internal static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        bool isNegative = text is ['-', ..];
        if (text is ['-' or '+', ..])
            text = text[1..];
        if (text.IsEmpty)
            return false;
        decimal total = 0;
        while (!text.IsEmpty)
        {
            if (!TryTakePart(ref text, out decimal nanoseconds))
                return false;
            total += nanoseconds;
            if (total > LongestNanoseconds)
                return false;
        }
        duration = TimeSpan.FromTicks((long)(total / TimeSpan.NanosecondsPerTick) * (isNegative ? -1 : 1));
        return true;
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> text, out decimal nanoseconds)
    {
        nanoseconds = 0;
        int digits = text.IndexOfAnyExceptInRange('.', '9');
        // 28 digits are what a decimal has; so many of a duration are nonsense anyway.
        if (digits is <= 0 or > 19
            || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return false;
        }
        text = text[digits..];
        int length = text.IndexOfAnyInRange('0', '9') is >= 0 and int next ? next : text.Length;
        ReadOnlySpan<char> unit = text[..length];
        foreach ((string name, decimal size) in Units)
        {
            if (!unit.SequenceEqual(name))
                continue;
            // The product might be more than a decimal holds.
            nanoseconds = number > LongestNanoseconds / size ? LongestNanoseconds + 1 : number * size;
            text = text[length..];
            return true;
        }
        return false;
    }
}
