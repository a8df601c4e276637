namespace Coracle.Tests.Architecture.Sample.Upper;

internal class Thing
{
    internal static int Count => 1;

    internal Lower.Innocent? Below { get; init; }
}

internal interface IThing;

internal sealed class ThingException : Exception;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class ThingAttribute : Attribute;
