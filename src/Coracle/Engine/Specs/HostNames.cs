namespace Coracle.Engine.Specs;

/// <summary>The rule for host names (RFC 1123), within what sethostname(2) takes.</summary>
internal static class HostNames
{
    private const int MaxLength = 64; // __NEW_UTS_LEN
    private const int MaxLabel = 63;

    internal static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && Array.TrueForAll(name.Split('.'), IsLabel);

    // An underscore is no letter of a host name, but Docker takes it, and so names with one are about.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel
        && label[0] != '-' && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
