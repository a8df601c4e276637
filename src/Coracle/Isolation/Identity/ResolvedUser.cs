using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Identity;

/// <summary>A user of an image, in numbers.</summary>
/// <param name="Spec">The ids.</param>
/// <param name="Home">The home directory; <c>/</c> if the image does not say.</param>
internal sealed record ResolvedUser(SpecUser Spec, string Home);
