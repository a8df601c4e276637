using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

public sealed class ErofsRandomTreeTests
{
    private const int Rounds = 4;
    private const int TreesARound = 50;

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, Rounds)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Image_OfARandomLayer_HasTheTreeThatTheRulesSay(int seed)
    {
        Prerequisite.RequireRoot();
        Prerequisite.RequireFileSystem("erofs");
        Prerequisite.RequireTool("fsck.erofs");
        using TempDirectory directory = new("erofs");
        for (int tree = 0; tree < TreesARound; tree++)
        {
            int number = (seed * 1000) + tree;
            string image = directory[$"{number}.erofs"];
            TreeModel model = new();
            RandomLayer.Write(number, model);
            await WriteImageAsync(image, number);

            using (MountedImage mounted = new(image))
                Differences(model.Describe(), mounted.Describe()).Should().BeEmpty($"of seed {number}");
            await Tool.RunAsync("fsck.erofs", ["--extract", image], TestContext.Current.CancellationToken);
            byte[] bytes = await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken);
            File.Delete(image);
            await WriteImageAsync(image, number);
            (await File.ReadAllBytesAsync(image, TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(bytes)
                .Should().BeTrue($"the same layer gives the same image, also seed {number}");
            File.Delete(image);
        }
    }

    private static List<string> Differences(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual) =>
        [.. expected.Where(e => actual.GetValueOrDefault(e.Key) != e.Value).Select(e => $"expected {e.Key}: {e.Value}")
            .Concat(actual.Where(a => expected.GetValueOrDefault(a.Key) != a.Value).Select(a => $"actual {a.Key}: {a.Value}"))
            .Take(10)];

    private static async Task WriteImageAsync(string image, int seed)
    {
        await using ErofsLayerWriter writer = new(image, null);
        RandomLayer.Write(seed, writer);
        await writer.CompleteAsync(TestContext.Current.CancellationToken);
    }
}
