namespace Coracle.Tests.Architecture;

/// <summary>One type mentions another.</summary>
internal readonly record struct TypeUse(TypeName User, TypeName Used);
