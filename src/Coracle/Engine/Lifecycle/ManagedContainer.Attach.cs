using System.Globalization;

namespace Coracle.Engine.Lifecycle;

// The terminal and the streams of the program.
internal sealed partial class ManagedContainer
{
    internal DateTimeOffset Now => _services.Time.GetUtcNow();

    internal Attachment Attach(AttachOptions options)
    {
        if (_removed)
            throw NotThere("attach to");
        if (_run is not { IsOver: false } run)
        {
            throw Conflict("attach to", RunsElsewhere()
                ? "it was started by another process"
                : "You cannot attach to a stopped container, start it first");
        }
        Attachment attachment = new(this, run, options);
        Publish("attach");
        attachment.Watch(() => Publish("detach"));
        return attachment;
    }

    internal void ResizeTerminal(TerminalSize size)
    {
        if (Record.Spec.Terminal is null)
            throw new InvalidOperationException($"the container {Record.Name} has no terminal (set ContainerSpec.Terminal)");
        if (_run is not { IsOver: false, Terminal: { } terminal })
            throw Conflict("resize terminal of", "it is not running");
        terminal.Resize(size);
        Publish(
            "resize",
            ("height", size.Rows.ToString(CultureInfo.InvariantCulture)),
            ("width", size.Columns.ToString(CultureInfo.InvariantCulture)));
    }
}
