using Coracle.Isolation.Seccomp;

namespace Coracle.Tests.Isolation.Seccomp;

internal static class SyscallTableExtensions
{
    internal static bool TryGetNumber(this SyscallTable table, string name, out uint number)
    {
        int position = table.PositionOf(name);
        number = position < 0 ? 0 : (uint)table.Numbers[position];
        return position >= 0;
    }
}
