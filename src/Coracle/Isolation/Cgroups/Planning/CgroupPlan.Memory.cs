using Coracle.Isolation.Spec;

namespace Coracle.Isolation.Cgroups.Planning;

internal sealed partial class CgroupPlan
{
    private const string Memory = "memory";

    // As Docker: with less, not even the runtime's own part of a start fits.
    private const long LeastMemory = 6 << 20;

    private void AddMemory(LinuxMemory memory)
    {
        if (memory.Limit is > 0 and < LeastMemory)
            throw Invalid($"a memory limit of {memory.Limit} bytes is too small: the least is 6 MiB");
        if (memory.Swap is > 0 && memory.Limit is not > 0)
            throw Invalid("a limit on memory and swap together needs a memory limit too");
        if (memory.Swap is > 0 && memory.Swap < memory.Limit)
            throw Invalid($"the limit on memory and swap together ({memory.Swap}) is less than the one on memory ({memory.Limit})");
        if (memory.Reservation > memory.Limit && memory.Limit is > 0)
            throw Invalid($"the memory reservation ({memory.Reservation}) is more than the limit ({memory.Limit})");
        if (memory.Kernel is not (null or 0 or -1))
            throw Unsupported("kernels from 5.16 on have no limit on kernel memory");
        if (IsUnified(Memory))
            AddMemoryUnified(memory);
        else
            AddMemorySeparate(memory);
    }

    private void AddMemorySeparate(LinuxMemory memory)
    {
        if (memory.Limit is not (null or 0))
            Add(Memory, "memory.limit_in_bytes", Number(memory.Limit.Value));
        // After the limit, which it may not be below.
        if (memory.Swap is not (null or 0))
            Add(Memory, "memory.memsw.limit_in_bytes", Number(memory.Swap.Value), IsDefaultSwap(memory));
        if (memory.Reservation is not (null or 0))
            Add(Memory, "memory.soft_limit_in_bytes", Number(memory.Reservation.Value));
        if (memory.KernelTcp is not (null or 0))
            Add(Memory, "memory.kmem.tcp.limit_in_bytes", Number(memory.KernelTcp.Value));
        if (memory.Swappiness > 100)
            throw Invalid($"a swappiness of {memory.Swappiness} is out of range: it is 0 to 100");
        if (memory.Swappiness is { } swappiness)
            Add(Memory, "memory.swappiness", Number(swappiness));
        if (memory.DisableOomKiller == true)
            Add(Memory, "memory.oom_control", "1");
    }

    private void AddMemoryUnified(LinuxMemory memory)
    {
        if (memory.Swappiness is not null)
            throw Unsupported("version 2 has no swappiness of a group; limit memory and swap instead");
        if (memory.DisableOomKiller == true)
            throw Unsupported("version 2 can't switch off the OOM killer for a group");
        if (memory.KernelTcp is not (null or 0 or -1))
            throw Unsupported("version 2 has no limit on TCP buffers; they count as memory");
        if (memory.Limit is not (null or 0))
            Add(Memory, "memory.max", OrMax(memory.Limit.Value));
        // Version 1 limits memory and swap together, as the specification does; version 2 limits swap alone.
        if (memory.Swap is not (null or 0))
        {
            string swap = memory.Swap < 0 ? "max" : Number(memory.Swap.Value - memory.Limit!.Value);
            Add(Memory, "memory.swap.max", swap, IsDefaultSwap(memory));
        }
        if (memory.Reservation is not (null or 0))
            Add(Memory, "memory.low", OrMax(memory.Reservation.Value));
    }

    // Twice the memory is what a limit on memory alone stands for. Where the kernel does not count swap, no one misses it.
    private static bool IsDefaultSwap(LinuxMemory memory) => memory.Swap < 0 || memory.Swap == memory.Limit * 2;

    private static string OrMax(long value) => value < 0 ? "max" : Number(value);
}
