namespace Coracle.Isolation.Launch.Stub;

/// <summary>The descriptors that a stub is born with. 0 to 2 are standard input, output and error.</summary>
internal static class StubDescriptors
{
    /// <summary>The socket to the host: the plan comes in, what happened goes out.</summary>
    internal const int Control = 3;

    /// <summary>The first one that a plan may ask for.</summary>
    internal const int FirstExtra = 4;
}
