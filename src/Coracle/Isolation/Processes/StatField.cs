namespace Coracle.Isolation.Processes;

/// <summary>The fields of /proc/&lt;pid&gt;/stat behind the name, from 0 for the state.</summary>
internal static class StatField
{
    internal const int State = 0;
    internal const int Parent = 1;
    internal const int UserTime = 11;
    internal const int SystemTime = 12;
    internal const int ChildUserTime = 13;
    internal const int ChildSystemTime = 14;
    internal const int Threads = 17;
    internal const int StartTime = 19;
    internal const int ResidentPages = 21;

    /// <summary>How many there are at least.</summary>
    internal const int Count = 22;
}
