using System.Globalization;
using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Planning;

/// <summary>
/// What limits mean in files of a control group: pure. A controller speaks the language of the version of its hierarchy,
/// whatever the layout: in a hybrid one they are mixed.
/// </summary>
internal sealed partial class CgroupPlan
{
    private readonly List<CgroupWrite> _writes = [];
    private readonly Func<string, CgroupVersion> _versionOf;

    private CgroupPlan(Func<string, CgroupVersion> versionOf) => _versionOf = versionOf;

    /// <summary>The values, in the order in which they are written.</summary>
    internal IReadOnlyList<CgroupWrite> Writes => _writes;

    /// <summary>The controllers that are needed.</summary>
    internal IEnumerable<string> Controllers => _writes.Select(static write => write.Controller).Distinct();

    /// <summary>Plans limits.</summary>
    /// <param name="resources">The limits.</param>
    /// <param name="versionOf">In which language a controller is spoken to.</param>
    /// <exception cref="ContainerRuntimeException">A limit is out of its range, or there is nothing that keeps it.</exception>
    internal static CgroupPlan Build(LinuxResources resources, Func<string, CgroupVersion> versionOf)
    {
        CgroupPlan plan = new(versionOf);
        if (resources.Memory is { } memory)
            plan.AddMemory(memory);
        if (resources.Cpu is { } cpu)
            plan.AddCpu(cpu);
        if (resources.Pids?.Limit is { } pids)
            plan.Add("pids", "pids.max", pids <= 0 ? "max" : Number(pids));
        if (resources.BlockIO is { } blockIO)
            plan.AddBlockIO(blockIO);
        foreach (LinuxHugepageLimit limit in resources.HugepageLimits)
            plan.AddHugepages(limit);
        foreach ((string file, string value) in resources.Unified)
            plan.AddUnified(file, value);
        return plan;
    }

    private void AddHugepages(LinuxHugepageLimit limit)
    {
        if (limit.PageSize.Contains('/', StringComparison.Ordinal))
            throw Invalid($"\"{limit.PageSize}\" is not a size of huge pages");
        string file = IsUnified("hugetlb") ? $"hugetlb.{limit.PageSize}.max" : $"hugetlb.{limit.PageSize}.limit_in_bytes";
        Add("hugetlb", file, Number(limit.Limit));
    }

    private void AddUnified(string file, string value)
    {
        string controller = file.Split('.', 2)[0];
        if (file.Contains('/', StringComparison.Ordinal) || controller.Length == file.Length)
            throw Invalid($"\"{file}\" is not the name of a file of a control group");
        // Files that are not limits: with them a group could be pointed at other processes.
        if (controller == "cgroup")
            throw Invalid($"{file} can't be set: the runtime uses it");
        if (!IsUnified(controller))
            throw Unsupported($"{file} is a file of version 2, and this host has the controller {controller} in version 1");
        Add(controller, file, value);
    }

    private void Add(string controller, string file, string value, bool optional = false)
    {
        if (_versionOf(controller) == CgroupVersion.Missing)
        {
            if (optional)
                return;
            throw Unsupported($"this host does not let the controller \"{controller}\" be used");
        }
        _writes.Add(new CgroupWrite(controller, file, value, optional));
    }

    private bool IsUnified(string controller) => _versionOf(controller) == CgroupVersion.Two;

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static ContainerRuntimeException Invalid(string reason) =>
        new(RuntimeErrorKind.InvalidInput, $"set limits: {reason}");

    private static ContainerRuntimeException Unsupported(string reason) =>
        new(RuntimeErrorKind.NotSupported, $"set limits: {reason}");
}
