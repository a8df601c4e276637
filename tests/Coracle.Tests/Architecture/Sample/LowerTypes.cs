using Coracle.Tests.Architecture.Sample.Upper;

namespace Coracle.Tests.Architecture.Sample.Lower;

internal sealed class Innocent
{
    internal int Number { get; init; }
}

internal sealed class BaseType : Thing;

internal sealed class Interface : IThing;

internal sealed class Field
{
    internal readonly List<Thing> Value = [];
}

internal abstract class Parameter
{
    internal abstract void Take(Thing thing);
}

internal abstract class ReturnType
{
    internal abstract Thing Give();
}

internal abstract class PropertyType
{
    internal abstract Thing Value { get; }
}

internal abstract class ArrayElement
{
    internal abstract void Take(Thing[] things);
}

internal abstract class Constraint<T>
    where T : Thing;

internal abstract class MethodConstraint
{
    internal abstract void Take<T>() where T : IThing;
}

[Thing]
internal sealed class Attributed;
