using System.Text.Json.Serialization;

namespace Coracle.State;

/// <summary>Where a container is in its life: the file <c>state.json</c>, small since it is written at every step.</summary>
internal sealed record ContainerRunState
{
    internal static ContainerRunState New { get; } = new();

    public ContainerState State { get; init; }

    public int? Pid { get; init; }

    /// <summary>The process that started the run and keeps its log. It holds the container's lock: a pid alone says
    /// nothing.</summary>
    public int? SupervisorPid { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int? ExitCode { get; init; }

    public int? ExitSignal { get; init; }

    public bool OomKilled { get; init; }

    public string? Error { get; init; }

    /// <summary>How often the restart policy has started it again.</summary>
    public int RestartCount { get; init; }

    /// <summary>Whether somebody runs it, or is about to.</summary>
    [JsonIgnore]
    public bool IsActive => State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting;
}
