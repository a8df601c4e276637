namespace Coracle.Engine.Lifecycle;

/// <summary>
/// What has to be undone if a later step fails. Steps are undone in reverse, each whatever became of the others; a failure of
/// the clean-up is added to the cause and never replaces it.
/// </summary>
internal sealed class UndoStack
{
    private readonly Stack<Func<ValueTask>> _steps = new();

    internal void Push(Action undo) => _steps.Push(() =>
    {
        undo();
        return ValueTask.CompletedTask;
    });

    internal void Push(IDisposable resource) => Push(resource.Dispose);

    internal void Push(Func<ValueTask> undo) => _steps.Push(undo);

    /// <summary>The whole succeeded: nothing is undone any more.</summary>
    internal void Release() => _steps.Clear();

    /// <summary>Undoes everything.</summary>
    /// <returns>The failures of the clean-up.</returns>
    internal async ValueTask<IReadOnlyList<Exception>> UndoAsync()
    {
        List<Exception> failures = [];
        while (_steps.TryPop(out Func<ValueTask>? undo))
        {
            try
            {
                await undo().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ContainerRuntimeException)
            {
                failures.Add(e);
            }
        }
        return failures;
    }
}
