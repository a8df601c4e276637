namespace Coracle.TestSupport.Registry;

/// <summary>A request that the fake registry got.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Query">The query, without the question mark.</param>
/// <param name="Headers">The headers, by name in any case.</param>
/// <param name="Body">The body.</param>
public sealed record FakeRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header; null if it is missing.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>The first byte that is asked for.</summary>
    public long RangeStart => this["Range"] is { } range
        ? long.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    /// <inheritdoc />
    public override string ToString() => Query.Length == 0 ? $"{Method} {Path}" : $"{Method} {Path}?{Query}";
}
