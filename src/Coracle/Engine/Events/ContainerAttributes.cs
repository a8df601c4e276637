using Coracle.State;

namespace Coracle.Engine.Events;

/// <summary>The facts that every event of a container carries: its labels, and over them its name and image.</summary>
internal static class ContainerAttributes
{
    internal static Dictionary<string, string> Of(ContainerRecord record, params ReadOnlySpan<(string Key, string Value)> facts)
    {
        Dictionary<string, string> attributes = new(record.Labels)
        {
            ["name"] = record.Name,
            ["image"] = record.Spec.Image.ToFamiliarString(),
        };
        foreach ((string key, string value) in facts)
            attributes[key] = value;
        return attributes;
    }
}
