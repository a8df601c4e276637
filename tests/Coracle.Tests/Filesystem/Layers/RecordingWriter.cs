using System.Globalization;
using System.Text;
using Coracle.Filesystem.Layers;

namespace Coracle.Tests.Filesystem.Layers;

/// <summary>Writes down what a writer is told.</summary>
internal sealed class RecordingWriter : ILayerTreeWriter
{
    private readonly StringBuilder _data = new();
    private long _end = -1;

    internal List<string> Calls { get; } = [];

    internal bool IsComplete { get; private set; }

    public void AddDirectory(ReadOnlySpan<byte> path, in EntryMetadata metadata) => Add("dir", path, metadata, "");

    public void BeginFile(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata) => Add("file", path, metadata, $" size={size}");

    // In how many pieces data comes says nothing.
    public void WriteData(long position, ReadOnlySpan<byte> data)
    {
        if (position != _end)
            _data.Append(CultureInfo.InvariantCulture, $"@{position}:");
        _data.Append(Encoding.Latin1.GetString(data));
        _end = position + data.Length;
    }

    public void EndFile()
    {
        _end = -1;
        Calls[^1] += $" {_data}";
        Calls[^1] = Calls[^1].TrimEnd();
        _data.Clear();
    }

    public void AddSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryMetadata metadata) =>
        Add("link", path, metadata, $" -> {Text(target)}");

    public void AddHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target) => Calls.Add($"hard {Text(path)} = {Text(target)}");

    public void AddSpecial(ReadOnlySpan<byte> path, SpecialFile type, uint major, uint minor, in EntryMetadata metadata) =>
        Add(type.ToString(), path, metadata, $" {major},{minor}");

    public void AddWhiteout(ReadOnlySpan<byte> path) => Calls.Add($"whiteout {Text(path)}");

    public void SetOpaque(ReadOnlySpan<byte> path) => Calls.Add($"opaque {Text(path)}");

    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        IsComplete = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(string kind, ReadOnlySpan<byte> path, in EntryMetadata metadata, string detail)
    {
        StringBuilder call = new();
        call.Append(CultureInfo.InvariantCulture, $"{kind} {Text(path)} {Convert.ToString(metadata.Mode, 8)} {metadata.Uid}:{metadata.Gid} ");
        call.Append(CultureInfo.InvariantCulture, $"{metadata.ModifiedSeconds}.{metadata.ModifiedNanoseconds:D9}{detail}");
        foreach (ExtendedAttribute xattr in metadata.Xattrs)
            call.Append(CultureInfo.InvariantCulture, $" {xattr.Name}={Encoding.Latin1.GetString(xattr.Value.Span)}");
        Calls.Add(call.ToString());
    }

    private static string Text(ReadOnlySpan<byte> path) => path.IsEmpty ? "/" : Encoding.Latin1.GetString(path);
}
