using System.Globalization;
using Coracle.Kernel.Files;

namespace Coracle.State;

/// <summary>The version of the format on disk, in the file <c>version</c> of the data root.</summary>
internal static class FormatVersion
{
    internal const int Current = 1;

    /// <summary>Writes the version into a new root, and refuses a root of a later version.</summary>
    internal static void Check(StateDirectories directories)
    {
        string path = Path.Combine(directories.Data, "version");
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, "1\n"u8, durable: true);
            return;
        }
        string text = File.ReadAllText(path).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version))
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"open data root: {path} is not a format version: '{text[..Math.Min(text.Length, 40)]}'");
        if (version > Current)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.NotSupported,
                $"open data root: {directories.Data} has format {version}, this version of Coracle knows up to {Current} "
                + "(use a newer version, or another data root)");
    }
}
