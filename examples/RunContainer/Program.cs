// Pulls an image, tells when each layer is there, and runs two programs in it.
//   dotnet run --project examples/RunContainer [image]
using Coracle;

string image = args.Length > 0 ? args[0] : "busybox";
await using CoracleRuntime runtime = await CoracleRuntime.OpenAsync();

ImageInfo info = await runtime.Images.PullAsync(image, new PullOptions { Progress = new LayerPrinter() });
Console.WriteLine($"{info.References[0].ToFamiliarString()}: {info.Id.Short}, {info.Size / 1024} KiB, {info.Platform}");

// snippet: run
ContainerResult result = await runtime.Containers.RunToEndAsync(
    new ContainerSpec(image) { Command = ["echo", "hello from a container"] });
Console.Write(result.StandardOutput);
// end

// snippet: options
ContainerSpec spec = new(image)
{
    Command = ["sh", "-c", "echo \"$GREETING from $(hostname): user $(id -u), process $$\"; exit 3"],
    Environment = new Dictionary<string, string> { ["GREETING"] = "good morning" },
    User = "1000:1000",
    HostName = "crow",
    Resources = new ResourceLimits { Memory = 64 << 20, Pids = 32 },
};
await using IContainer container = await runtime.Containers.RunAsync(spec);
Console.Write(await container.ReadToEndAsync(OutputStream.StandardOutput));
ExitStatus status = await container.WaitAsync();
Console.WriteLine($"{container.Name}: {status}");
// end

return status.ExitCode == 3 ? 0 : 1;

internal sealed class LayerPrinter : IProgress<PullProgress>
{
    public void Report(PullProgress value)
    {
        if (value.Stage is PullStage.Complete or PullStage.AlreadyExists)
            Console.WriteLine($"layer {value.Blob.Short}: {value.Stage}");
    }
}
