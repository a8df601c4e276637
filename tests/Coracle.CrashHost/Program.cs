// A host program for tests to kill: starts containers as fast as it can, and says when the first ones run.
// usage: Coracle.CrashHost <data root> <image> <kept|removed|paused>
using Coracle;

CoracleRuntimeOptions options = new() { DataRoot = args[0] };
IContainerRuntime runtime = await CoracleRuntime.OpenAsync(options);
ContainerSpec spec = new(args[1]) { Command = ["sleep", "600"], KeepAfterDispose = args[2] == "kept" };
for (int i = 0; ; i++)
{
    IContainer container = await runtime.Containers.RunAsync(spec);
    if (args[2] == "paused")
        await container.PauseAsync();
    if (i == 5)
        Console.WriteLine("ready");
}
