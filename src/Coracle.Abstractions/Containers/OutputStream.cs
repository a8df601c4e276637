namespace Coracle;

/// <summary>An output of a program.</summary>
public enum OutputStream
{
    /// <summary>Descriptor 1.</summary>
    StandardOutput = 1,

    /// <summary>Descriptor 2.</summary>
    StandardError = 2,
}
