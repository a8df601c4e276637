using System.Collections.Concurrent;

namespace Coracle.Isolation.Launch;

/// <summary>
/// A thread that lives as long as the process. The parent-death signal fires when the *thread* ends that made the child: a
/// thread of the pool may end at any time, and would take containers with it.
/// </summary>
internal static class EternalThread
{
    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<Thread> Started = new(Start);

    /// <summary>Runs something short on the thread.</summary>
    internal static Task<T> InvokeAsync<T>(Func<T> function)
    {
        _ = Started.Value;
        Task<T> task = new(function);
        Work.Add(task.RunSynchronously);
        return task;
    }

    private static Thread Start()
    {
        Thread thread = new(Loop) { IsBackground = true, Name = "coracle-launcher" };
        thread.Start();
        return thread;
    }

    private static void Loop()
    {
        foreach (Action work in Work.GetConsumingEnumerable())
            work();
    }
}
