using System.Globalization;

namespace Coracle;

/// <summary>
/// Whether a container is started again when its program ends. Between two runs it waits 100 ms, then twice as long each time
/// up to a minute; a run of at least ten seconds begins anew with 100 ms. A container that was stopped or killed by its user
/// stays so.
/// </summary>
/// <remarks>The process that started the container starts it again; without that process, nobody does.</remarks>
public sealed record RestartPolicy
{
    private const string OnFailureName = "on-failure";

    private RestartPolicy(string name, int maxRetries) => (Name, MaxRetries) = (name, maxRetries);

    /// <summary>It is not started again.</summary>
    public static RestartPolicy No { get; } = new("no", 0);

    /// <summary>It is always started again.</summary>
    public static RestartPolicy Always { get; } = new("always", 0);

    /// <summary>It is always started again. Where nothing starts containers but their processes, the same as
    /// <see cref="Always"/>.</summary>
    public static RestartPolicy UnlessStopped { get; } = new("unless-stopped", 0);

    /// <summary>Docker's name: <c>no</c>, <c>on-failure</c>, <c>always</c>, <c>unless-stopped</c>.</summary>
    public string Name { get; }

    /// <summary>How often it is started again at most; 0 for without limit. Of meaning with <c>on-failure</c> only.</summary>
    public int MaxRetries { get; }

    /// <summary>It is started again when its exit code is not 0.</summary>
    /// <param name="maxRetries">How often at most; 0 for without limit.</param>
    public static RestartPolicy OnFailure(int maxRetries = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxRetries);
        return new RestartPolicy(OnFailureName, maxRetries);
    }

    /// <summary>Reads the text form, Docker's.</summary>
    /// <param name="text">For example <c>always</c> or <c>on-failure:3</c>.</param>
    /// <exception cref="FormatException">It is not a restart policy.</exception>
    public static RestartPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        int maxRetries = 0;
        bool valid = parts.Length == 1
            || (parts[0] == OnFailureName && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out maxRetries));
        return (valid ? parts[0] : "") switch
        {
            "no" => No,
            "always" => Always,
            "unless-stopped" => UnlessStopped,
            OnFailureName => OnFailure(maxRetries),
            _ => throw new FormatException($"'{text}' is not a restart policy (no, on-failure[:n], always, unless-stopped)"),
        };
    }

    /// <summary>The text form, Docker's.</summary>
    public override string ToString() =>
        MaxRetries == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{MaxRetries}");
}
