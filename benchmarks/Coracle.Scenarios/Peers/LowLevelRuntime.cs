using System.Text.Json.Nodes;
using Coracle.TestSupport;

namespace Coracle.Scenarios.Peers;

/// <summary>runc or crun, on a bundle of its own making: <c>spec</c>'s defaults, with /bin/true (or another program) and no terminal.</summary>
internal sealed class LowLevelRuntime
{
    private readonly string[] _runtime;
    private readonly string _bundle;
    private int _containers;

    private LowLevelRuntime(string name, string[] runtime, string bundle)
    {
        Name = name;
        _runtime = runtime;
        _bundle = bundle;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Makes the bundle.</summary>
    /// <param name="context">Where.</param>
    /// <param name="name">The program.</param>
    /// <param name="rootfs">A file tree.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="command">What it runs; nothing for /bin/true.</param>
    public static async Task<LowLevelRuntime> CreateAsync(
        ScenarioContext context, string name, string rootfs, CancellationToken cancellationToken, params string[] command)
    {
        string program = Tool.Find(name) ?? throw new InvalidOperationException($"{name} is not installed");
        string bundle = context.Directory.CreateDirectory($"{name}/bundle");
        string state = context.Directory.CreateDirectory($"{name}/state");
        string configuration = Path.Combine(bundle, "config.json");
        File.Delete(configuration);
        await Tool.RunAsync("sh", ["-c", "cd \"$1\" && exec \"$0\" spec", program, bundle], cancellationToken);

        JsonNode spec = JsonNode.Parse(await File.ReadAllTextAsync(configuration, cancellationToken))!;
        spec["process"]!["terminal"] = false;
        spec["process"]!["args"] = new JsonArray([.. (command is [] ? ["/bin/true"] : command).Select(static part => JsonValue.Create(part))]);
        spec["root"]!["path"] = rootfs;
        await File.WriteAllTextAsync(configuration, spec.ToJsonString(), cancellationToken);
        return new LowLevelRuntime(name, [program, "--root", state], bundle);
    }

    /// <summary>The command that runs the bundle to its end, as a new container that is removed then.</summary>
    public IReadOnlyList<string> Run()
    {
        int number = Interlocked.Increment(ref _containers);
        return [.. _runtime, "run", "--bundle", _bundle, $"coracle-{Environment.ProcessId}-{number}"];
    }

    /// <summary>The command that runs the bundle as the one container that stays.</summary>
    public IReadOnlyList<string> RunDetached() => [.. _runtime, "run", "--detach", "--bundle", _bundle, Staying];

    /// <summary>The command that runs a program in that container.</summary>
    public IReadOnlyList<string> Exec(string program) => [.. _runtime, "exec", Staying, program];

    /// <summary>The command that ends and removes that container.</summary>
    public IReadOnlyList<string> Delete() => [.. _runtime, "delete", "--force", Staying];

    private string Staying => $"coracle-{Environment.ProcessId}-{Name}-stays";
}
