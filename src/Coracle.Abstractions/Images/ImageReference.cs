using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Coracle;

/// <summary>
/// The name of an image: registry, repository, and a tag or a digest or both. <c>postgres:15</c> is short for
/// <c>docker.io/library/postgres:15</c>.
/// </summary>
/// <remarks>
/// The grammar is that of the distribution project's reference package, with its defaults: registry <c>docker.io</c>,
/// <c>library/</c> before a name of one word there, tag <c>latest</c> if there is neither tag nor digest. With a tag and a
/// digest, the digest decides.
/// </remarks>
public sealed partial record ImageReference
{
    /// <summary>The registry of names that name none: Docker Hub.</summary>
    public const string DefaultRegistry = "docker.io";

    private const string DefaultTag = "latest";
    private const string OfficialPrefix = "library/";
    private const int MaxRepositoryLength = 255;

    // Longer than any valid reference: registry (DNS, 255, and a port), repository, tag (128), sha512 digest.
    private const int MaxLength = 1024;

    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>The registry: host, and port if one is given.</summary>
    public string Registry { get; }

    /// <summary>The repository within the registry, for example <c>library/postgres</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; null if only a digest is given.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the manifest or index; null if only a tag is given.</summary>
    public Digest? Digest { get; }

    /// <summary>Parses a reference and fills in the defaults.</summary>
    /// <param name="text">For example <c>postgres</c>, <c>localhost:5000/a/b:1.0</c>, <c>alpine@sha256:…</c>.</param>
    /// <exception cref="FormatException">It is malformed; the message says where.</exception>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ImageReference? reference, out string? problem)
            ? reference
            : throw new FormatException($"'{Shorten(text)}' is not an image reference: {problem}");
    }

    /// <summary>Parses a reference and fills in the defaults.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">The reference.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        return text is not null && TryParse(text, out reference, out _);
    }

    /// <summary>The same repository with another tag and no digest.</summary>
    /// <param name="tag">Up to 128 of letters, digits, '_', '.', '-', the first neither '.' nor '-'.</param>
    /// <exception cref="FormatException">It is not a tag.</exception>
    public ImageReference WithTag(string tag) => TagPattern().IsMatch(tag)
        ? new ImageReference(Registry, Repository, tag, null)
        : throw new FormatException($"'{Shorten(tag)}' is not a tag");

    /// <summary>The same repository with a digest and no tag.</summary>
    /// <param name="digest">The digest.</param>
    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, null, digest);

    /// <summary>The short form that people write: without the default registry and <c>library/</c>. Parsing it gives this
    /// reference again.</summary>
    public string ToFamiliarString() => Familiar + Suffix;

    /// <summary>The full form: nothing left out.</summary>
    public override string ToString() => $"{Registry}/{Repository}{Suffix}";

    private string Familiar
    {
        get
        {
            string full = $"{Registry}/{Repository}";
            if (Registry != DefaultRegistry)
                return full;
            bool isOfficial = Repository.StartsWith(OfficialPrefix, StringComparison.Ordinal)
                && Repository.LastIndexOf('/') == OfficialPrefix.Length - 1;
            if (isOfficial)
                return Repository[OfficialPrefix.Length..];
            // docker.io/localhost/a and docker.io/a.b/c: without its registry, the first word would be taken for one.
            return SplitRegistry(Repository).Remainder == Repository ? Repository : full;
        }
    }

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static bool TryParse(
        string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        reference = null;
        problem = null;
        if (text.Length is 0 or > MaxLength)
            problem = text.Length == 0 ? "it is empty" : $"it is longer than {MaxLength} characters";
        else if (IdentifierPattern().IsMatch(text))
            problem = "64 hexadecimal digits are an image id, not a name";
        else if (text.Contains("://", StringComparison.Ordinal))
            problem = "it is an address: leave out the scheme";
        if (problem is not null)
            return false;

        (string registry, string rest) = SplitRegistry(text);
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        string? digestText = at < 0 ? null : rest[(at + 1)..];
        string named = at < 0 ? rest : rest[..at];
        int colon = named.IndexOf(':', StringComparison.Ordinal);
        string? tag = colon < 0 ? null : named[(colon + 1)..];
        string repository = colon < 0 ? named : named[..colon];
        if (registry == DefaultRegistry && !repository.Contains('/', StringComparison.Ordinal))
            repository = OfficialPrefix + repository;

        Digest digest = default;
        if (!RegistryPattern().IsMatch(registry))
            problem = $"'{registry}' is not a registry (host or host:port)";
        else if (repository.Any(char.IsAsciiLetterUpper))
            problem = "the repository must be lower case";
        else if (!RepositoryPattern().IsMatch(repository))
            problem = $"'{repository}' is not a repository (words of lower-case letters and digits, joined by '.', '_', '__' or '-', separated by '/')";
        else if (repository.Length > MaxRepositoryLength)
            problem = $"the repository is longer than {MaxRepositoryLength} characters";
        else if (tag is not null && !TagPattern().IsMatch(tag))
            problem = $"'{tag}' is not a tag (up to 128 of letters, digits, '_', '.', '-', the first neither '.' nor '-')";
        else if (digestText is not null && !Coracle.Digest.TryParse(digestText, out digest))
            problem = $"'{digestText}' is not a digest (sha256: and 64 lower-case hexadecimal digits)";
        if (problem is not null)
            return false;

        if (tag is null && digestText is null)
            tag = DefaultTag;
        reference = new ImageReference(registry, repository, tag, digestText is null ? null : digest);
        return true;
    }

    // The first word is a registry only if it can't be a repository of Docker Hub: it has a dot or a port, is localhost,
    // or has an upper-case letter.
    private static (string Registry, string Remainder) SplitRegistry(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : text[..slash];
        bool isRegistry = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        return !isRegistry ? (DefaultRegistry, text)
            : (first == "index.docker.io" ? DefaultRegistry : first, text[(slash + 1)..]);
    }

    private static string Shorten(string text) => text.Length <= 128 ? text : text[..128] + "…";

    [GeneratedRegex(@"\A[a-f0-9]{64}\z")]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(@"\A(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();
}
