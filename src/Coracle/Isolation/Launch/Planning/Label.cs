namespace Coracle.Isolation.Launch.Planning;

/// <summary>A place in a plan to go to. Made by <see cref="PlanBuilder.NewLabel"/>, put down by
/// <see cref="PlanBuilder.Place"/>.</summary>
/// <param name="Id">Its number, from 1; 0 is no label.</param>
internal readonly record struct Label(int Id);
