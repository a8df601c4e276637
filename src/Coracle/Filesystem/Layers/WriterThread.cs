using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Coracle.Filesystem.Layers;

/// <summary>
/// A thread on which the reader of a pipe goes on. Writing files blocks in the kernel: on the thread pool a few layers at
/// once would hold up everything else in the program.
/// </summary>
internal sealed class WriterThread : PipeScheduler, IDisposable
{
    private readonly BlockingCollection<(Action<object?> Action, object? State)> _work = [];

    internal WriterThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <inheritdoc />
    public override void Schedule(Action<object?> action, object? state) => _work.Add((action, state));

    /// <summary>Ends the thread when its work is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach ((Action<object?> action, object? state) in _work.GetConsumingEnumerable())
            action(state);
        _work.Dispose();
    }
}
