namespace Coracle.Tests.Architecture;

/// <summary>A type of the assembly that is read, without the types nested in it.</summary>
internal readonly record struct TypeName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}
