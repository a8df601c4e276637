namespace Coracle.Tests.Architecture;

public class LayeringTests
{
    private static readonly IReadOnlySet<TypeUse> Uses = AssemblyReferences.Read(typeof(CoracleRuntimeOptions).Assembly.Location);

    [Fact]
    public void Engine_EveryFolder_UsesOnlyWhatTheTableAllows() => LayerTable.Engine.Violations(Uses).Should().BeEmpty();

    [Fact]
    public void Engine_IsRead() =>
        Uses.Should().Contain(use => use.User.Namespace.StartsWith("Coracle.Distribution") && use.Used.Namespace.StartsWith("Coracle.Kernel"),
            "a reader that finds nothing would let everything pass");

    [Fact]
    public void Contract_ReferencesOnlyTheBaseLibrary() =>
        typeof(IContainerRuntime).Assembly.GetReferencedAssemblies().Select(name => name.Name)
            .Should().OnlyContain(name => name!.StartsWith("System.", StringComparison.Ordinal));
}
