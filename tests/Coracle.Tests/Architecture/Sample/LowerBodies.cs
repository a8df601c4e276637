using Coracle.Tests.Architecture.Sample.Upper;

namespace Coracle.Tests.Architecture.Sample.Lower;

internal static class LocalVariable
{
    internal static string? Use(Func<object?> source)
    {
        var thing = source() as Thing;
        return thing?.ToString();
    }
}

internal static class StaticCall
{
    internal static int Use() => Thing.Count;
}

internal static class ConstantTypeOf
{
    internal static string Use() => typeof(Thing).Name;
}

internal static class GenericArgumentOfACall
{
    internal static object Use() => Array.Empty<Thing>();
}

internal static class GenericArgumentOfAType
{
    internal static object Use() => new List<Dictionary<int, Thing>>();
}

internal static class Caught
{
    internal static void Use(Action action)
    {
        try
        {
            action();
        }
        catch (ThingException)
        {
            action();
        }
    }
}

internal static class Cast
{
    internal static bool Use(object value) => value is IThing;
}

internal static class InLambda
{
    internal static Func<object> Use() => () => new Thing();
}

internal static class InAsyncMethod
{
    internal static async Task<int> UseAsync()
    {
        await Task.Yield();
        return Thing.Count;
    }
}

internal static class InIterator
{
    internal static IEnumerable<int> Use()
    {
        yield return Thing.Count;
    }
}

internal static class InNestedType
{
    internal static class Nested
    {
        internal static int Use() => Thing.Count;
    }
}
