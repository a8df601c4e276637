namespace Coracle.Tests.Architecture;

/// <summary>The checker finds what it is made for, wherever in a type it hides. The sample is in the folder Sample.</summary>
public class LayerTableTests
{
    private static readonly LayerTable Table = new("Coracle.Tests.Architecture.Sample", new Dictionary<string, string[]>
    {
        ["Lower"] = [],
        ["Upper"] = ["Lower"],
    });

    private static readonly IReadOnlyList<string> Violations =
        Table.Violations(AssemblyReferences.Read(typeof(LayerTableTests).Assembly.Location));

    [Theory]
    [InlineData("BaseType")]
    [InlineData("Interface")]
    [InlineData("Field")]
    [InlineData("Parameter")]
    [InlineData("ReturnType")]
    [InlineData("PropertyType")]
    [InlineData("ArrayElement")]
    [InlineData("Constraint")]
    [InlineData("MethodConstraint")]
    [InlineData("Attributed")]
    [InlineData("LocalVariable")]
    [InlineData("StaticCall")]
    [InlineData("ConstantTypeOf")]
    [InlineData("GenericArgumentOfACall")]
    [InlineData("GenericArgumentOfAType")]
    [InlineData("Caught")]
    [InlineData("Cast")]
    [InlineData("InLambda")]
    [InlineData("InAsyncMethod")]
    [InlineData("InIterator")]
    [InlineData("InNestedType")]
    public void Violations_UpwardUse_IsFoundIn(string type) =>
        Violations.Should().Contain(line => line.StartsWith($"Lower/{type} uses Upper/", StringComparison.Ordinal));

    [Fact]
    public void Violations_DownwardUse_IsAllowed() =>
        Violations.Should().NotContain(line => line.StartsWith("Upper/", StringComparison.Ordinal));

    [Fact]
    public void Violations_UnknownFolder_IsFound() =>
        Violations.Should().Contain("Unlisted/Stranger uses Lower/Innocent");

    [Fact]
    public void Violations_TypeWithoutUpwardUse_IsNotAccused() =>
        Violations.Should().NotContain(line => line.StartsWith("Lower/Innocent ", StringComparison.Ordinal));
}
