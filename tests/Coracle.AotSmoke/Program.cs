// Compiled ahead of time by .ci/run: shows that the engine works without a just-in-time compiler.
//   Coracle.AotSmoke IMAGE [DATA-ROOT]
using Coracle;

CoracleRuntimeOptions options = new() { DataRoot = args.Length > 1 ? args[1] : null };
await using CoracleRuntime runtime = await CoracleRuntime.OpenAsync(options);

RuntimeFeatures features = await runtime.GetFeaturesAsync();
Console.WriteLine($"{features.Backend} on {features.KernelRelease}, {features.Platform}, cgroups {features.Cgroups}");

ContainerResult result = await runtime.Containers.RunToEndAsync(
    new ContainerSpec(args[0]) { Command = ["sh", "-c", "echo compiled ahead of time; exit 7"] });
Console.Write(result.StandardOutput + result.StandardError);
return result.Status.ExitCode == 7 && result.StandardOutput == "compiled ahead of time\n" ? 0 : 1;
