using System.Text.Json.Serialization;

namespace Coracle;

/// <summary>
/// What to run: the image, and everything that differs from what the image says. Immutable; use <c>with</c> to vary it.
/// </summary>
/// <param name="Image">The image.</param>
[method: JsonConstructor]
public sealed record ContainerSpec(ImageReference Image)
{
    /// <summary>Makes a spec from the text of a reference.</summary>
    /// <param name="image">For example <c>postgres:15</c>; see <see cref="ImageReference.Parse"/>.</param>
    /// <exception cref="FormatException">It is not a reference.</exception>
    public ContainerSpec(string image) : this(ImageReference.Parse(image)) { }

    /// <summary>The name: letters, digits, '_', '.', '-', at least two, the first a letter or digit.</summary>
    /// <value>Default: null, for a generated one.</value>
    public string? Name { get; init; }

    /// <summary>The arguments that follow the entry point; they replace the image's.</summary>
    /// <value>Default: null, for the image's.</value>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The program and its first arguments. If set, the image's command is not used.</summary>
    /// <value>Default: null, for the image's. An empty list clears it.</value>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Environment variables, added to the image's.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>User and group: <c>user</c>, <c>user:group</c>, each a name of the image's /etc/passwd and /etc/group or a
    /// number.</summary>
    /// <value>Default: null, for the image's.</value>
    public string? User { get; init; }

    /// <summary>Supplementary groups, names or numbers.</summary>
    /// <value>Default: none beside those that the image's /etc/group gives the user.</value>
    public IReadOnlyList<string> AdditionalGroups { get; init; } = [];

    /// <summary>The absolute path to start in. Made if it does not exist.</summary>
    /// <value>Default: null, for the image's.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>The host name.</summary>
    /// <value>Default: null, for the first twelve digits of the id.</value>
    public string? HostName { get; init; }

    /// <summary>The NIS domain name.</summary>
    /// <value>Default: null, for none.</value>
    public string? DomainName { get; init; }

    /// <summary>Lines to add to /etc/hosts: name to address.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> ExtraHosts { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels, added to the image's.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>File systems to mount besides the root.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The network.</summary>
    /// <value>Default: <see cref="NetworkMode.None"/>.</value>
    public NetworkMode Network { get; init; } = NetworkMode.None;

    /// <summary>Limits on memory, processor time and processes.</summary>
    /// <value>Default: none.</value>
    public ResourceLimits Resources { get; init; } = ResourceLimits.None;

    /// <summary>Resource limits of the process (getrlimit(2)).</summary>
    /// <value>Default: those of this process.</value>
    public IReadOnlyList<Ulimit> Ulimits { get; init; } = [];

    /// <summary>Whether execve(2) may never give more privileges (prctl(2), PR_SET_NO_NEW_PRIVS): set-user-id programs
    /// lose their effect.</summary>
    /// <value>Default: <see langword="false"/>, as Docker.</value>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Whether the program's standard input is kept open for <see cref="IContainer.StandardInput"/>. Otherwise it
    /// is empty.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool OpenStandardInput { get; init; }

    /// <summary>Whether the input ends when the first <see cref="IAttachment"/> that has it closes it or is disposed.</summary>
    /// <value>Default: <see langword="false"/>: it stays open for the next one.</value>
    public bool StandardInputOnce { get; init; }

    /// <summary>The size of the terminal that the program runs in. Both its outputs are one then, standard input is open, and
    /// <c>TERM</c> is <c>xterm</c> if nobody says otherwise.</summary>
    /// <value>Default: null, for no terminal: input and outputs are pipes.</value>
    public TerminalSize? Terminal { get; init; }

    /// <summary>How much of its output is kept on disk.</summary>
    /// <value>Default: <see cref="LogLimits.Default"/>, 100 MiB.</value>
    public LogLimits Log { get; init; } = LogLimits.Default;

    /// <summary>The signal with which <see cref="IContainer.StopAsync"/> asks the program to end.</summary>
    /// <value>Default: null, for the image's, or SIGTERM.</value>
    public Signal? StopSignal { get; init; }

    /// <summary>How long <see cref="IContainer.StopAsync"/> waits before it kills.</summary>
    /// <value>Default: ten seconds.</value>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the container is started again when its program ends.</summary>
    /// <value>Default: <see cref="RestartPolicy.No"/>.</value>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.No;

    /// <summary>Whether the container is removed when its program has ended, and its anonymous volumes and its log with it: who
    /// wants to read it opens it before. Not together with a <see cref="RestartPolicy"/>.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AutoRemove { get; init; }

    /// <summary>Whether a small first process stands before the program. It passes signals on to it, reaps processes that lost
    /// their parent, and ends as the program ends.</summary>
    /// <value>Default: <see langword="false"/>: the program is process 1, for which signals without a handler have no
    /// effect.</value>
    public bool Init { get; init; }

    /// <summary>What the container's life is bound to.</summary>
    /// <value>Default: <see cref="ContainerLifetime.Process"/>.</value>
    public ContainerLifetime Lifetime { get; init; }

    /// <summary>Whether the container stays when the handle that created it is disposed.</summary>
    /// <value>Default: <see langword="false"/>: disposing removes it.</value>
    public bool KeepAfterDispose { get; init; }

    /// <summary>The platform of the image to take when it has several.</summary>
    /// <value>Default: null, for this host's.</value>
    public Platform? Platform { get; init; }

    /// <summary>How to find out whether the container works. What it does not say is the image's.</summary>
    /// <value>Default: null, for the image's. <see cref="Coracle.HealthCheck.None"/> for none.</value>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>What <see cref="IContainerOperations.RunAsync"/> waits for before it returns. Not kept on disk: another process
    /// sees null.</summary>
    /// <value>Default: null, for nothing.</value>
    [JsonIgnore]
    public ReadyCondition? ReadyWhen { get; init; }

    /// <summary>How long <see cref="IContainerOperations.RunAsync"/> waits for <see cref="ReadyWhen"/>. It only bounds the wait
    /// for a container that lives and is never ready: the end of one that dies is told at once.</summary>
    /// <value>Default: five minutes.</value>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
