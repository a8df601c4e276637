using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine.Servers;

/// <summary>A real server, as it comes from its image, asked by a real client through a socket in a shared directory.</summary>
public abstract class ServerTest(FixtureRegistry registry) : EngineTest(registry)
{
    private readonly TempDirectory _shared = new();

    protected string SharedDirectory => _shared.Path;

    protected static async Task WaitForLineAsync(IContainer container, string text, int times = 1)
    {
        List<string> lines = [];
        await foreach (OutputLine line in container.ReadLinesAsync(cancellationToken: Token))
        {
            lines.Add(line.Content);
            if (line.Content.Contains(text, StringComparison.Ordinal) && --times == 0)
                return;
        }

        Assert.Fail($"the server ended before it said '{text}':\n{string.Join('\n', lines)}");
    }
}
