using Coracle.TestSupport;

namespace Coracle.Scenarios.Floors;

/// <summary>The small C programs that say what the kernel alone needs. Compiled when they are run.</summary>
internal static class Floor
{
    // The fastest inflate is used where it is installed.
    private static readonly (string Header, string Library)[] Inflaters =
        [("/usr/include/isa-l/igzip_lib.h", "-lisal"), ("/usr/include/zlib.h", "-lz")];

    /// <summary>Compiles a floor, once a run.</summary>
    /// <returns>The path of the program.</returns>
    public static async Task<string> CompileAsync(ScenarioContext context, string name, CancellationToken cancellationToken)
    {
        string program = Path.Combine(context.Directory.CreateDirectory("floors"), name);
        if (File.Exists(program))
            return program;
        if (Tool.Find("gcc") is null)
            throw new InvalidOperationException("gcc is not installed");
        string source = Path.Combine(AppContext.BaseDirectory, "floors", $"{name}.c");
        await Tool.RunAsync("gcc", ["-O2", "-o", program, source, .. Libraries(name)], cancellationToken);
        return program;
    }

    private static string[] Libraries(string name)
    {
        if (name != "pull")
            return [];
        (string? _, string? library) = Inflaters.FirstOrDefault(inflater => File.Exists(inflater.Header));
        return library is null
            ? throw new InvalidOperationException("neither libisal-dev nor zlib1g-dev is installed")
            : [library, "-lpthread"];
    }
}
