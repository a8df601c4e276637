using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Isolation.Launch;

/// <summary>Finds the program, as its user, and executes it. The rules are those of Docker (Go's LookPath).</summary>
internal sealed class ProgramPlan
{
    private const int Exists = 0; // F_OK
    private const int Executable = 1; // X_OK
    private const string PathVariable = "PATH=";

    private readonly PlanBuilder _plan;
    private readonly SpecProcess _process;
    private readonly Cell _path;

    internal ProgramPlan(PlanBuilder plan, SpecProcess process)
    {
        _plan = plan;
        _process = process;
        _path = plan.NewCell();
    }

    private string Name => _process.Args[0];

    /// <summary>Finds it. Before the filter of system calls is set: it needs calls that the program may not.</summary>
    internal void Find()
    {
        if (Name.Contains('/', StringComparison.Ordinal))
            CheckPath();
        else
            Search();
    }

    /// <summary>Executes it.</summary>
    internal void Execute() =>
        _plan.Add(
            Syscall.execve, ProgramFailure.ExecuteStep, Name, _path, _plan.Texts(_process.Args), _plan.Texts(_process.Env));

    private void CheckPath()
    {
        Label isFile = _plan.NewLabel();
        _plan.Set(_path, _plan.Text(Name));
        Access(ProgramFailure.StatStep, Name, Exists);
        AccessDirectory(Name).OnError(isFile);
        _plan.Fail(Errno.EISDIR, ProgramFailure.AccessStep, Name);
        _plan.Place(isFile);
        Access(ProgramFailure.AccessStep, Name, Executable);
    }

    private void Search()
    {
        Label found = _plan.NewLabel();
        foreach (string directory in SearchPath())
        {
            string candidate = $"{directory.TrimEnd('/')}/{Name}";
            Label next = _plan.NewLabel();
            Access("look for program", candidate, Executable).OnError(next);
            _plan.Set(_path, _plan.Text(candidate));
            AccessDirectory(candidate).OnError(found);
            _plan.Place(next);
        }

        _plan.Fail(Errno.ENOENT, ProgramFailure.SearchStep, Name);
        _plan.Place(found);
    }

    // The last one counts, as in the environment that it becomes. Relative entries would depend on the working directory: Go
    // refuses what it finds there.
    private IEnumerable<string> SearchPath()
    {
        string? path = _process.Env.LastOrDefault(static variable => variable.StartsWith(PathVariable, StringComparison.Ordinal));
        return Name.Length == 0 || path is null
            ? []
            : path[PathVariable.Length..].Split(':').Where(static directory => directory.StartsWith('/')).Distinct();
    }

    private PlanBuilder Access(string step, string path, int mode) =>
        _plan.Add(Syscall.faccessat, step, path, Libc.AT_FDCWD, _plan.Text(path), mode);

    // Only a directory has an entry ".".
    private PlanBuilder AccessDirectory(string path) => Access("is program a directory?", path + "/.", Exists);
}
