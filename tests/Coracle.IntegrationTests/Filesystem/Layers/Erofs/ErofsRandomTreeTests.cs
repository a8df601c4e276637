using System.Text.RegularExpressions;
using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Directories;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;
using Coracle.TestSupport.Layers;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

public sealed partial class ErofsRandomTreeTests
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Image_OfARandomLayer_HasTheTreeOfTheDirectoryForm(bool withoutOpenat2)
    {
        Prerequisite.RequireRoot();
        Prerequisite.RequireFileSystem("erofs");
        DirectoryLayerOptions options = new() { ForceWalk = withoutOpenat2 };
        using TempDirectory directory = new("erofs");
        for (int seed = 1; seed <= TreesARound; seed++)
        {
            string tree = directory[$"{seed}"];
            await WriteAsync(DirectoryLayerWriter.Create(tree, null, options), seed, likeDirectories: true);
            await WriteAsync(new ErofsLayerWriter(tree + ".erofs", null), seed, likeDirectories: true);
            using MountedImage mounted = new(tree + ".erofs");
            List<string> expected = Lines(tree);
            List<string> actual = Lines(mounted.Path);
            expected.Except(actual).Concat(actual.Except(expected)).Take(10).Should().BeEmpty($"of seed {seed}");
        }
    }

    private static List<string> Differences(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual) =>
        [.. expected.Where(e => actual.GetValueOrDefault(e.Key) != e.Value).Select(e => $"expected {e.Key}: {e.Value}")
            .Concat(actual.Where(a => expected.GetValueOrDefault(a.Key) != a.Value).Select(a => $"actual {a.Key}: {a.Value}"))
            .Take(10)];

    private static Task WriteImageAsync(string image, int seed) => WriteAsync(new ErofsLayerWriter(image, null), seed);

    private static async Task WriteAsync(ILayerTreeWriter writer, int seed, bool likeDirectories = false)
    {
        await using (writer)
        {
            RandomLayer.Write(seed, writer, likeDirectories);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
        }
    }

    // Only overlay sees a whiteout, and it looks neither at the time nor at the owner.
    private static List<string> Lines(string tree) =>
        [.. TreeListing.Read(tree).Select(line => WhiteoutLine().Replace(line, "$1 whiteout"))];

    [GeneratedRegex(@"^(\S+) c 0 \d+:\d+ -?\d+\.\d+ 0,0$")]
    private static partial Regex WhiteoutLine();
}
