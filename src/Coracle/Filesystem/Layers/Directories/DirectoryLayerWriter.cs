using System.Text;
using Coracle.Filesystem.Layers.Tar;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Paths;

namespace Coracle.Filesystem.Layers.Directories;

/// <summary>Writes a layer as a directory tree: the form that overlay takes everywhere.</summary>
/// <remarks>
/// Every name is used together with a descriptor of the directory it lies in, and that directory is found by
/// <see cref="RootedPath"/>: no link in the layer leads out of its root.
/// </remarks>
internal sealed partial class DirectoryLayerWriter : ILayerTreeWriter
{
    private const uint DefaultDirectoryMode = 0x1ED; // 0755

    private readonly string _path;
    private readonly ILowerLayers? _lowers;
    private readonly DirectoryLayerOptions _options;
    private readonly FileDescriptor _root;
    private readonly FileFiller _filler;
    private readonly DirectoryTimes _times = new();
    private FillingFile? _current;
    private bool _completed;

    private DirectoryLayerWriter(string path, ILowerLayers? lowers, DirectoryLayerOptions options, FileDescriptor root)
    {
        _path = path;
        _lowers = lowers;
        _options = options;
        _root = root;
        _filler = new FileFiller(Write, Finish);
    }

    /// <summary>Starts a layer.</summary>
    /// <param name="path">Where it shall lie; must not exist.</param>
    /// <param name="lowers">The layers below; null if there are none.</param>
    /// <param name="options">How to write it.</param>
    internal static DirectoryLayerWriter Create(string path, ILowerLayers? lowers, DirectoryLayerOptions? options = null)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        Check(At.MakeDirectory(At.WorkingDirectory, name, DefaultDirectoryMode), "make layer directory", path);
        int result = At.Open(
            At.WorkingDirectory, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, out FileDescriptor? root);
        Check(result, "open layer directory", path);
        DirectoryLayerWriter writer = new(path, lowers, options ?? new DirectoryLayerOptions(), root!);
        writer.StartRoot();
        return writer;
    }

    /// <inheritdoc />
    public void AddDirectory(ReadOnlySpan<byte> path, in EntryMetadata metadata)
    {
        if (path.IsEmpty)
        {
            SetDirectoryMetadata(_root, path, path, metadata);
            return;
        }
        FileDescriptor parent = OpenParent(path);
        MakeDirectory(parent, RealPathOf(path), metadata);
    }

    /// <inheritdoc />
    public void BeginFile(ReadOnlySpan<byte> path, long size, in EntryMetadata metadata)
    {
        FileDescriptor parent = OpenParent(path);
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        FillingFile file = _filler.Take();
        int result = file.File.Create(parent, name);
        if (result == -Errno.EEXIST)
        {
            Replace(parent, path);
            result = file.File.Create(parent, name);
        }
        Check(result, "create file", path);
        file.Begin(path, size, metadata);
        _current = file;
    }

    /// <inheritdoc />
    public void WriteData(long position, ReadOnlySpan<byte> data) => _filler.Write(_current!, position, data);

    /// <inheritdoc />
    public void EndFile()
    {
        FillingFile file = _current!;
        _current = null;
        _filler.End(file);
    }

    /// <inheritdoc />
    public void AddSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryMetadata metadata)
    {
        FileDescriptor parent = OpenParent(path);
        ReadOnlySpan<byte> name = LayerPath.NameOf(path);
        int result = At.MakeSymbolicLink(parent, name, target);
        if (result == -Errno.EEXIST)
        {
            Replace(parent, path);
            result = At.MakeSymbolicLink(parent, name, target);
        }
        Check(result, "create symbolic link", path);
        SetMetadata(parent, path, metadata, isLink: true);
    }

    /// <inheritdoc />
    public void AddSpecial(ReadOnlySpan<byte> path, SpecialFile type, uint major, uint minor, in EntryMetadata metadata)
    {
        FileDescriptor parent = OpenParent(path);
        uint mode = 0x180 /* 0600 */ | type switch
        {
            SpecialFile.CharacterDevice => Libc.S_IFCHR,
            SpecialFile.BlockDevice => Libc.S_IFBLK,
            _ => Libc.S_IFIFO,
        };
        MakeNode(parent, path, mode, major, minor);
        SetMetadata(parent, path, metadata, isLink: false);
    }

    /// <inheritdoc />
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        _filler.Drain();
        FinishDirectories();
        _completed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _filler.Dispose();
        _current?.File.Dispose();
        _parent?.Dispose();
        _root.Dispose();
        if (!_completed)
            Tree.Remove(_path);
        return ValueTask.CompletedTask;
    }

    private static void Check(int result, string step, ReadOnlySpan<byte> path)
    {
        if (result < 0)
            throw Errno.Failure(-result, step, path.IsEmpty ? "/" : TarError.Text(path), Remedy(-result));
    }

    private static void Check(int result, string step, string path)
    {
        if (result < 0)
            throw Errno.Failure(-result, step, path);
    }

    private static string? Remedy(int errno) => errno switch
    {
        Errno.EPERM => "unpacking owners, devices and capabilities needs root",
        Errno.EINVAL => "in a user namespace, an owner that is not mapped",
        Errno.ENOSPC or Errno.EDQUOT => "free space or inodes on the file system of the data root",
        _ => null,
    };
}
