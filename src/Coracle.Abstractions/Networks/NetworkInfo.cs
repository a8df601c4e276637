namespace Coracle;

/// <summary>The facts about a network.</summary>
/// <param name="Name">The name.</param>
/// <param name="Driver">What makes it: <c>null</c> for none, <c>host</c>.</param>
public sealed record NetworkInfo(string Name, string Driver);
