namespace Coracle.Scenarios.Peers;

/// <summary>A peer that pulls images and runs containers of them by command line.</summary>
internal abstract class ContainerEngine(string name) : IAsyncDisposable
{
    /// <summary>The name of the container that sleeps.</summary>
    protected const string Sleeper = "sleeper";

    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The command that pulls an image.</summary>
    public abstract IReadOnlyList<string> Pull(string image);

    /// <summary>The command that runs /bin/true in a new container without network, and removes the container.</summary>
    public abstract IReadOnlyList<string> RunTrue(string image);

    /// <summary>The command that starts a container without network that sleeps, by the name <see cref="Sleeper"/>, and leaves it
    /// running.</summary>
    public abstract IReadOnlyList<string> RunSleeper(string image);

    /// <summary>The command that runs /bin/true in the container that sleeps.</summary>
    public abstract IReadOnlyList<string> ExecTrue();

    /// <summary>The command that removes the container that sleeps.</summary>
    public abstract IReadOnlyList<string> RemoveSleeper();

    /// <summary>The command that runs a program in a new container without network, whose output goes to the log file of the
    /// peer's kind and nowhere else, waits for its end, and has the container removed.</summary>
    public abstract IReadOnlyList<string> RunLogged(string image, IEnumerable<string> program);

    /// <summary>Removes an image, so that the next pull is cold again.</summary>
    public abstract Task RemoveImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>A command that runs a container detached, so that no client carries its output, and waits for it.</summary>
    protected static IReadOnlyList<string> DetachedAndWaitedFor(
        IReadOnlyList<string> client, IEnumerable<string> options, string image, IEnumerable<string> program)
    {
        IEnumerable<string> run = [.. client, "run", "--detach", "--rm", "--network", "none", .. options, image, .. program];
        return ["sh", "-c", $"id=$({Quoted(run)}) && {Quoted([.. client, "wait"])} \"$id\" > /dev/null"];
    }

    private static string Quoted(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"'{word}'"));

    /// <summary>Ends what was started.</summary>
    public abstract ValueTask DisposeAsync();
}
