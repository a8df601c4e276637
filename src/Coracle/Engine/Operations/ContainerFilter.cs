namespace Coracle.Engine.Operations;

/// <summary>Which containers a list shows: the options, as they were when it was asked for.</summary>
internal sealed class ContainerFilter
{
    private readonly bool _all;
    private readonly string[] _ids;
    private readonly string[] _names;
    private readonly HashSet<ContainerState> _states;
    private readonly HashSet<int> _exitCodes;
    private readonly (string Text, Digest? Id)[] _ancestors;
    private readonly DateTimeOffset? _before;
    private readonly DateTimeOffset? _since;
    private readonly string[] _volumes;
    private readonly KeyValuePair<string, string?>[] _labels;

    private ContainerFilter(
        ContainerListOptions options, Func<string, ContainerInfo> findContainer, Func<string, Digest?> findImage)
    {
        _states = [.. options.States];
        _exitCodes = [.. options.ExitCodes];
        _all = options.All || _states.Count > 0 || _exitCodes.Count > 0;
        _ids = [.. options.Ids];
        _names = [.. options.Names];
        _ancestors = [.. options.Ancestors.Select(text => (text, findImage(text)))];
        _before = options.Before is { } before ? findContainer(before).CreatedAt : null;
        _since = options.Since is { } since ? findContainer(since).CreatedAt : null;
        _volumes = [.. options.Volumes];
        _labels = [.. options.Labels];
    }

    /// <summary>Makes a filter.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="findContainer">Finds a container, or throws.</param>
    /// <param name="findImage">Finds the id of an image; null if the store does not have it.</param>
    internal static ContainerFilter Of(
        ContainerListOptions options, Func<string, ContainerInfo> findContainer, Func<string, Digest?> findImage) =>
        new(options, findContainer, findImage);

    internal bool Fits(ContainerInfo info) =>
        (_all || IsActive(info.State))
        && (_states.Count == 0 || _states.Contains(info.State))
        && (_exitCodes.Count == 0 || (!IsActive(info.State) && info.ExitStatus is { } status && _exitCodes.Contains(status.ExitCode)))
        && (_ids.Length == 0 || _ids.Any(id => info.Id.ToString().StartsWith(id, StringComparison.Ordinal)))
        && (_names.Length == 0 || _names.Any(name => info.Name.Contains(name, StringComparison.Ordinal)))
        && (_ancestors.Length == 0 || _ancestors.Any(image => IsOf(info, image.Text, image.Id)))
        && !(info.CreatedAt >= _before)
        && !(info.CreatedAt <= _since)
        && (_volumes.Length == 0 || info.Mounts.Any(Mounts))
        && Array.TrueForAll(_labels, wanted => info.Labels.TryGetValue(wanted.Key, out string? value)
            && (wanted.Value is null || wanted.Value == value));

    private static bool IsActive(ContainerState state) =>
        state is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting;

    // The tag may have moved on to another image since, or the image been removed: then what the container was made from counts.
    private static bool IsOf(ContainerInfo info, string text, Digest? id) =>
        info.ImageId == id || (ImageReference.TryParse(text, out ImageReference? reference) && info.Spec.Image == reference);

    private bool Mounts(ContainerMount mount) =>
        Array.Exists(_volumes, wanted => mount.Target == wanted || (mount as VolumeMount)?.Volume == wanted);
}
