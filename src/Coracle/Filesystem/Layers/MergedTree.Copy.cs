using System.Text;
using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers;

internal sealed partial class MergedTree
{
    private const int CopyBufferSize = 128 * 1024;

    /// <summary>Writes the whole tree: what overlay would show, hard links kept, without any mark. The root's own attributes
    /// are not given.</summary>
    internal void CopyTo(ILayerTreeWriter writer, CancellationToken cancellationToken)
    {
        using MergedDirectory root = new(_roots, owned: false);
        new Copier(this, writer, cancellationToken).CopyChildren(root, default);
    }

    private sealed class Copier(MergedTree tree, ILayerTreeWriter writer, CancellationToken cancellationToken)
    {
        private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _links = [];
        private readonly byte[] _buffer = new byte[CopyBufferSize];

        internal void CopyChildren(MergedDirectory directory, ReadOnlySpan<byte> path)
        {
            // One character a byte: names need not be UTF-8. What a layer above has, marks too, hides the rest.
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (FileDescriptor part in directory.Parts)
            {
                foreach (byte[] name in NamesIn(part))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (seen.Add(Encoding.Latin1.GetString(name)))
                        CopyChild(directory, name, path.IsEmpty ? name : [.. path, (byte)'/', .. name]);
                }
            }
        }

        private void CopyChild(MergedDirectory directory, byte[] name, byte[] path)
        {
            (MergedDirectory? child, FileDescriptor? parent, FileStatus status) = tree.Lookup(directory, name);
            if (child is not null)
            {
                using (child)
                {
                    FileDescriptor top = child.Parts[0];
                    Check(At.Status(top, default, out FileStatus found), path);
                    writer.AddDirectory(path, FileOf(top, default, found).Metadata);
                    CopyChildren(child, path);
                }
            }
            else if (parent is not null)
            {
                if (status.Links > 1 && !_links.TryAdd((status.Device, status.Inode), path))
                    writer.AddHardLink(path, _links[(status.Device, status.Inode)]);
                else
                    CopyFile(path, FileOf(parent, name, status));
            }
        }

        private void CopyFile(byte[] path, LowerFile file)
        {
            switch (file.Type)
            {
                case Libc.S_IFREG:
                    CopyContent(path, file);
                    break;
                case Libc.S_IFLNK:
                    writer.AddSymbolicLink(path, file.LinkTarget.Span, file.Metadata);
                    break;
                case Libc.S_IFCHR or Libc.S_IFBLK or Libc.S_IFIFO:
                    SpecialFile type = file.Type switch
                    {
                        Libc.S_IFCHR => SpecialFile.CharacterDevice,
                        Libc.S_IFBLK => SpecialFile.BlockDevice,
                        _ => SpecialFile.Fifo,
                    };
                    writer.AddSpecial(path, type, (uint)(file.Device >> 32), (uint)file.Device, file.Metadata);
                    break;
            }
        }

        // Zeros become holes, as most of them were.
        private void CopyContent(byte[] path, LowerFile file)
        {
            writer.BeginFile(path, file.Size, file.Metadata);
            using Stream content = file.OpenContent();
            long position = 0;
            for (int read; (read = content.Read(_buffer)) > 0; position += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<byte> data = _buffer.AsSpan(0, read);
                if (data.ContainsAnyExcept((byte)0))
                    writer.WriteData(position, data);
            }
            writer.EndFile();
        }

        private static List<byte[]> NamesIn(FileDescriptor directory)
        {
            int result = At.Open(directory, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY, out FileDescriptor? readable);
            if (readable is null)
                throw Errno.Failure(-result, "read layer directory");
            using (readable)
            {
                List<byte[]> names = [];
                DirectoryEntries entries = new(readable);
                try
                {
                    while (entries.MoveNext())
                        names.Add(entries.Name.ToArray());
                }
                finally
                {
                    entries.Dispose();
                }
                return names;
            }
        }

        private static void Check(int result, byte[] path)
        {
            if (result < 0)
                throw Errno.Failure(-result, "look at layer", TarError.Text(path));
        }
    }
}
