using System.Globalization;
using Coracle.Kernel.Files;

namespace Coracle.Streams.Logs;

/// <summary>The files of one log: <c>log.1</c>, <c>log.2</c> and so on, the oldest first.</summary>
internal sealed class LogDirectory(string path)
{
    private const string Prefix = "log.";

    /// <summary>Where they are.</summary>
    internal string Path { get; } = path;

    /// <summary>The path of a file.</summary>
    internal string File(long number) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"));

    /// <summary>The numbers of those that are there, in order. None if the container is gone.</summary>
    internal List<long> Numbers()
    {
        List<long> numbers = [];
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path, Prefix + "*"))
            {
                ReadOnlySpan<char> digits = System.IO.Path.GetFileName(file.AsSpan())[Prefix.Length..];
                if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0)
                    numbers.Add(number);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        numbers.Sort();
        return numbers;
    }

    /// <summary>Opens a file and keeps it; null if it is not there.</summary>
    internal LogSegment? TryHold(long number) =>
        SegmentFile.TryHold(File(number)) is { } file ? new LogSegment(file, number) : null;

    /// <summary>Opens the oldest file and keeps it, and so all behind it; null if there is none.</summary>
    internal LogSegment? HoldOldest()
    {
        while (true)
        {
            List<long> numbers = Numbers();
            if (numbers.Count == 0)
                return null;
            foreach (long number in numbers)
            {
                if (TryHold(number) is { } segment)
                    return segment;
            }
        }
    }
}
