using Coracle.Engine.Specs;
using Coracle.Kernel.Files;
using Coracle.State;

namespace Coracle.Engine.Lifecycle;

// Another name.
internal sealed partial class ManagedContainer
{
    internal async Task RenameAsync(string name, CancellationToken cancellationToken)
    {
        NameGenerator.Check(name, "rename container");
        using IDisposable transition = await EnterAsync(cancellationToken).ConfigureAwait(false);
        // Two processes may rename the same container: the second one renames what the first has made of it.
        using FileLock renaming = await FileLock
            .AcquireAsync(Path.Combine(_services.Directories.Locks, "rename"), cancellationToken: cancellationToken).ConfigureAwait(false);
        Refresh();
        if (_removed || !Directory.Exists(_services.Directories.Container(Id)))
            throw NotThere("rename");
        string old = Record.Name;
        if (name == old)
            throw new ContainerRuntimeException(
                RuntimeErrorKind.InvalidInput, $"rename container: {old}: Renaming a container with the same name as its current name");
        if (_services.Names.TryClaim(name, Record.Id, _services.Owner.Id) is { } holder)
            throw NameGenerator.InUse("rename container", name, holder);
        try
        {
            ContainerRecord renamed = Record with { Name = name };
            _services.Containers.WriteRecord(renamed, IsDurable);
            Record = renamed;
        }
        catch
        {
            _services.Names.Release(name, Record.Id);
            throw;
        }
        _services.Names.Release(old, Record.Id);
        Publish("rename", ("oldName", old));
    }
}
