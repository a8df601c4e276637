using Microsoft.Extensions.Logging;

namespace Coracle;

/// <summary>How to open the runtime. Copied when the runtime is opened: later changes do nothing.</summary>
public sealed class CoracleRuntimeOptions
{
    /// <summary>The directory of images, layers and containers. Several processes may share it at once.</summary>
    /// <value>Default: null, for <c>/var/lib/coracle</c> as root, <c>$XDG_DATA_HOME/coracle</c> or
    /// <c>~/.local/share/coracle</c> otherwise.</value>
    public string? DataRoot { get; set; }

    /// <summary>The directory of locks and other things that need not survive a boot.</summary>
    /// <value>Default: null, for <c>/run/coracle</c> as root, <c>$XDG_RUNTIME_DIR/coracle</c> otherwise; a <c>run</c>
    /// directory in <see cref="DataRoot"/> if that is set.</value>
    public string? RunRoot { get; set; }

    /// <summary>How layers are kept.</summary>
    /// <value>Default: <see cref="LayerFormat.Automatic"/>.</value>
    public LayerFormat LayerFormat { get; set; }

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Registries { get; } = new();

    /// <summary>Where log messages go.</summary>
    /// <value>Default: null, for nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

/// <summary>How an image layer is kept on disk.</summary>
public enum LayerFormat
{
    /// <summary>One EROFS file a layer where the kernel and the privileges allow it, a directory elsewhere.</summary>
    Automatic,

    /// <summary>A directory tree a layer. Works everywhere.</summary>
    Directory,

    /// <summary>One EROFS file a layer, mounted by the kernel: faster to make and to remove. Opening the runtime fails
    /// where that can't be had.</summary>
    Erofs,
}
