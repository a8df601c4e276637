using System.Buffers.Binary;
using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;
using Coracle.Tests.Isolation.Launch.Planning;

namespace Coracle.Tests.Isolation.Launch;

/// <summary>The first process before the program, with a kernel that the test plays, on both architectures.</summary>
public sealed class InitPlanTests
{
    private const int Main = 2;
    private const int Child = 17;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Program_IsExecutedInAGroupOfItsOwn(bool arm64)
    {
        Play play = new(arm64) { Clone = 0 };

        play.Run().Calls.Should().Equal(
            Syscall.rt_sigprocmask, Syscall.signalfd4, Syscall.write, Syscall.clone,
            Syscall.getpid, Syscall.setpgid, Syscall.ioctl, Syscall.rt_sigprocmask, Syscall.execve);
    }

    [Theory]
    [InlineData(false, 0x0700, 7)]
    [InlineData(true, 0x0700, 7)]
    [InlineData(false, 0xFF00, 255)]
    [InlineData(false, 0x0000, 0)]
    [InlineData(false, 15, 143)]
    [InlineData(true, 9, 137)]
    [InlineData(false, 11 | 0x80, 139)] // with a core dump
    public void Program_Ended_InitEndsTheSame(bool arm64, int status, int code)
    {
        Play play = new(arm64) { Signals = new([Child]), Reaped = new([(Main, status)]) };

        play.Run().ExitCode.Should().Be(code);
    }

    [Fact]
    public void Orphans_AreReaped_AllForOneSignal()
    {
        Play play = new(false) { Signals = new([Child, Child]), Reaped = new([(9, 0), (1, 0x300), (7000, 9), (0, 0), (Main, 0x500)]) };

        play.Run().ExitCode.Should().Be(5);
        play.Reaped.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Signals_AreForTheProgram(bool arm64)
    {
        Play play = new(arm64) { Signals = new([15, 1, 28, 64, Child]), Reaped = new([(Main, 0)]) };

        play.Run();

        play.Sent.Should().Equal((Main, 15), (Main, 1), (Main, 28), (Main, 64));
    }

    [Fact]
    public void Reading_Interrupted_GoesOn()
    {
        Play play = new(false) { Signals = new([-Errno.EINTR, Child]), Reaped = new([(Main, 0)]) };

        play.Run().ExitCode.Should().Be(0);
    }

    [Fact]
    public void Init_HoldsNothingOfTheHost()
    {
        Play play = new(false) { Signals = new([Child]), Reaped = new([(Main, 0)]) };

        play.Run();

        play.Closed.Should().Equal((1, 2), (4, uint.MaxValue), (3, 3));
        play.Replaced.Should().Be(0);
    }

    private sealed class Play(bool arm64)
    {
        internal long Clone { get; init; } = Main;

        internal Queue<int> Signals { get; init; } = new();

        internal Queue<(int Id, int Status)> Reaped { get; init; } = new();

        internal List<(long, long)> Sent { get; } = [];

        internal List<(long, long)> Closed { get; } = [];

        internal long Replaced { get; private set; }

        internal StubSimulator Run()
        {
            PlanBuilder plan = new();
            InitPlan.Divide(plan);
            plan.Add(Syscall.execve, "execute", null, plan.Text("/bin/true"));
            LaunchPlan built = plan.Build();
            PlanVerifier.Verify(built);
            StubSimulator stub = null!;
            stub = new StubSimulator(PlanEncoder.Encode(built, arm64), (call, arguments) => Answer(stub, call, arguments), arm64);
            stub.Run().Failure.Should().BeNull();
            return stub;
        }

        private long Answer(StubSimulator stub, Syscall call, long[] arguments)
        {
            switch (call)
            {
                case Syscall.clone:
                    return Clone;
                case Syscall.read:
                    int signal = Signals.Dequeue();
                    stub.Write(arguments[1], Number(signal));
                    return signal < 0 ? signal : arguments[2];
                case Syscall.wait4:
                    (int id, int status) = Reaped.Count == 0 ? (-Errno.ECHILD, 0) : Reaped.Dequeue();
                    stub.Write(arguments[1], Number(status));
                    return id;
                case Syscall.kill:
                    Sent.Add((arguments[0], arguments[1]));
                    return -Errno.ESRCH; // it has just ended: no matter
                case Syscall.close_range:
                    Closed.Add((arguments[0], arguments[1]));
                    return 0;
                case Syscall.close:
                    Closed.Add((arguments[0], arguments[0]));
                    return 0;
                case Syscall.dup3:
                    Replaced = arguments[1];
                    return arguments[1];
                case Syscall.ioctl:
                    return -25; // ENOTTY
                default:
                    return 1;
            }
        }

        private static byte[] Number(int number)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            return bytes;
        }
    }
}
