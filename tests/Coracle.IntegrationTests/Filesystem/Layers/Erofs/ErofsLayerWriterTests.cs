using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Erofs;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Filesystem.Layers.Erofs;

public sealed class ErofsLayerWriterTests : LayerTreeWriterSuite
{
    private readonly Dictionary<string, MountedImage> _mounted = [];

    protected override void RequireForm() => Prerequisite.RequireFileSystem("erofs");

    internal override ILayerTreeWriter CreateWriter(string location, ILowerLayers lowers) =>
        new ErofsLayerWriter(location, lowers);

    protected override string Show(string location)
    {
        MountedImage image = new(location);
        _mounted.Add(image.Path, image);
        return image.Path;
    }

    protected override void Hide(string shown) => _mounted[shown].Dispose();
}
