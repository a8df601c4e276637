namespace Coracle.Distribution.Images;

/// <summary>Reports how one layer comes along, and not more often than anybody can look.</summary>
internal sealed class LayerProgress(IProgress<PullProgress>? progress, Descriptor blob, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private PullStage _stage;
    private long _last;

    /// <summary>Begins a stage.</summary>
    internal void Begin(PullStage stage, long current = 0)
    {
        if (progress is null)
            return;
        (_stage, _last) = (stage, clock.GetTimestamp());
        progress.Report(new PullProgress(blob.Digest, stage, current, blob.Size));
    }

    /// <summary>Goes on in the stage.</summary>
    internal void Advance(long current)
    {
        if (progress is null || clock.GetElapsedTime(_last) < Interval)
            return;
        Begin(_stage, current);
    }
}
