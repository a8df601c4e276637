namespace Coracle.Tests.Architecture.Sample.Unlisted;

internal static class Stranger
{
    internal static Lower.Innocent Use() => new();
}
