using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Coracle;

/// <summary>The forms in which Docker's command line takes and shows times of a log.</summary>
public static class LogTime
{
    private const string DateForm = "yyyy-MM-dd";
    private const int NanosecondDigits = 9;

    private static readonly string[] Forms =
    [
        DateForm, DateForm + "'T'HH", DateForm + "'T'HH:mm", DateForm + "'T'HH:mm:ss", DateForm + "'T'HH:mm:ss.FFFFFFF",
    ];

    /// <summary>Reads a time, as for <c>docker logs --since</c>.</summary>
    /// <param name="text">One of
    /// a date or time of RFC 3339, of which minutes and seconds, the time, and the zone may be left out
    /// (<c>2026-05-01T10:00:00.5Z</c>, <c>2026-05-01</c>);
    /// seconds since 1970, with a fraction or without (<c>1777629600.25</c>);
    /// a duration before now, in Go's form (<c>1h30m</c>, <c>250ms</c>).</param>
    /// <param name="time">The clock, and the zone of a time that has none; null for the system's.</param>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static DateTimeOffset Parse(string text, TimeProvider? time = null) => TryParse(text, time, out DateTimeOffset value)
        ? value
        : throw new FormatException(
            $"\"{text}\" is no time: neither RFC 3339, nor seconds since 1970, nor a duration such as 10m");

    /// <summary>Reads a time as <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The clock, and the zone of a time that has none; null for the system's.</param>
    /// <param name="value">The time.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, TimeProvider? time, out DateTimeOffset value)
    {
        value = default;
        time ??= TimeProvider.System;
        if (string.IsNullOrEmpty(text))
            return false;
        if (TryParseUnix(text, out value))
            return true;
        if (GoDuration.TryParse(text, out TimeSpan ago))
        {
            DateTimeOffset now = time.GetUtcNow();
            bool inRange = ago <= now - DateTimeOffset.MinValue && -ago <= DateTimeOffset.MaxValue - now;
            value = inRange ? now - ago : default;
            return inRange;
        }
        return TryParseDate(text, time.LocalTimeZone, out value);
    }

    /// <summary>Writes a time as <c>docker logs --timestamps</c> does: UTC, RFC 3339 with nine digits of the second, always
    /// as long.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    private static bool TryParseUnix(string text, out DateTimeOffset value)
    {
        value = default;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = dot < 0 ? text : text.AsSpan(0, dot);
        ReadOnlySpan<char> fraction = dot < 0 ? [] : text.AsSpan(dot + 1);
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
            || fraction.Length > NanosecondDigits || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }
        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds >= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return false;
        long nanoseconds = fraction.IsEmpty ? 0
            : long.Parse(fraction.ToString().PadRight(NanosecondDigits, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        value = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return true;
    }

    private static bool TryParseDate(string text, TimeZoneInfo zone, out DateTimeOffset value)
    {
        value = default;
        // Ticks are a hundred nanoseconds: more digits say nothing here.
        string trimmed = TrimFraction(text);
        string[] zoned = [.. Forms.SelectMany(static form => (string[])[form + "'Z'", form + "zzz"])];
        if (DateTimeOffset.TryParseExact(
            trimmed, zoned, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value))
        {
            return true;
        }
        if (!DateTime.TryParseExact(trimmed, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            return false;
        TimeSpan offset = zone.GetUtcOffset(local);
        if (local.Ticks - offset.Ticks is < 0 || local.Ticks - offset.Ticks > DateTime.MaxValue.Ticks)
            return false;
        value = new DateTimeOffset(local, offset);
        return true;
    }

    private static string TrimFraction(string text)
    {
        const int TickDigits = 7;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        int end = dot + 1;
        while (dot >= 0 && end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        int digits = end - dot - 1;
        return dot < 0 || digits is <= TickDigits or > NanosecondDigits ? text : text[..(dot + 1 + TickDigits)] + text[end..];
    }
}
