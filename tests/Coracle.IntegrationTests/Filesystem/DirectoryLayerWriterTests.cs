using Coracle.Filesystem.Layers;
using Coracle.Filesystem.Layers.Directories;

namespace Coracle.IntegrationTests.Filesystem;

public class DirectoryLayerWriterTests : LayerTreeWriterSuite
{
    internal override ILayerTreeWriter CreateWriter(string location, ILowerLayers lowers) =>
        DirectoryLayerWriter.Create(location, lowers);

    protected override string Show(string location) => location;
}

/// <summary>The same on a kernel without openat2(2).</summary>
public sealed class DirectoryLayerWriterWithoutOpenat2Tests : DirectoryLayerWriterTests
{
    internal override ILayerTreeWriter CreateWriter(string location, ILowerLayers lowers) =>
        DirectoryLayerWriter.Create(location, lowers, new DirectoryLayerOptions { ForceWalk = true });
}
