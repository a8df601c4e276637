using Coracle.Isolation.Launch.Planning;
using Coracle.Kernel.Errors;
using Coracle.Kernel.Interop;

namespace Coracle.Tests.Isolation.Launch.Planning;

public sealed class PlanEncoderTests
{
    [Fact]
    public void Encode_Strings_ArriveAtTheKernel()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.chdir, "enter", "/somewhere", plan.Text("/somewhere"));
        plan.Add(Syscall.exit_group, "end", null, 3);
        List<string> seen = [];
        StubSimulator stub = null!;

        stub = Simulate(plan, (call, arguments) =>
        {
            seen.Add(call == Syscall.chdir ? stub.Text(arguments[0]) : $"{call}({arguments[0]})");
            return 0;
        });
        stub.Run();

        seen.Should().Equal("/somewhere", "exit_group(3)");
    }

    [Fact]
    public void Encode_Results_PassThroughCells()
    {
        PlanBuilder plan = new();
        Cell fd = plan.NewCell();
        plan.Add(Syscall.openat, "open").Into(fd);
        plan.Add(Syscall.close, "close", null, fd);
        plan.Add(Syscall.exit_group, "end");
        long closed = 0;

        Simulate(plan, (call, arguments) =>
        {
            closed = call == Syscall.close ? arguments[0] : closed;
            return call == Syscall.openat ? 42 : 0;
        }).Run();

        closed.Should().Be(42);
    }

    [Fact]
    public void Encode_PointersInData_PointToTheirTargets()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.execve, "execute", null, plan.Text("/bin/sh"), plan.Texts(["sh", "-c", "true"]), plan.Texts(["A=b"]));
        List<string> arguments = [];
        StubSimulator stub = null!;

        stub = Simulate(plan, (_, values) =>
        {
            for (long at = values[1]; stub.Word(at) != 0; at += 8)
                arguments.Add(stub.Text(stub.Word(at)));
            return 0;
        });
        stub.Run();

        arguments.Should().Equal("sh", "-c", "true");
    }

    [Theory]
    [InlineData(0, "exit_group(0)")]
    [InlineData(-Errno.ENOENT, "exit_group(1)")]
    [InlineData(-Errno.EPERM, "failed at 0: 1")]
    public void Encode_ToleratedErrno_GoesToItsLabel(long result, string outcome)
    {
        PlanBuilder plan = new();
        Label missing = plan.NewLabel();
        plan.Add(Syscall.openat, "open").OnError(missing, Errno.ENOENT);
        plan.Add(Syscall.exit_group, "found", null, 0);
        plan.Place(missing);
        plan.Add(Syscall.exit_group, "not found", null, 1);

        Outcome(plan, (call, _) => call == Syscall.openat ? result : 0).Should().Be(outcome);
    }

    [Fact]
    public void Encode_IgnoredError_GoesOn()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.umask, "umask").Ignore();
        plan.Add(Syscall.exit_group, "end", null, 5);

        Outcome(plan, (call, _) => call == Syscall.umask ? -Errno.EPERM : 0).Should().Be("exit_group(5)");
    }

    [Fact]
    public void Encode_Fail_ReportsItsErrno()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.umask, "umask");
        plan.Fail(Errno.EISDIR, "is a directory", "/bin");

        Outcome(plan, static (_, _) => 0).Should().Be($"failed at 1: {Errno.EISDIR}");
    }

    [Fact]
    public void Encode_SetAndTest_BranchOnTheCell()
    {
        PlanBuilder plan = new();
        Cell flag = plan.NewCell();
        Label zero = plan.NewLabel();
        plan.Add(Syscall.umask, "umask");
        plan.Set(flag, 1);
        plan.Calculate("zero?", flag, 0, -1).OnZero(zero);
        plan.Add(Syscall.exit_group, "not zero", null, 1);
        plan.Place(zero);
        plan.Add(Syscall.exit_group, "zero", null, 0);

        Outcome(plan, static (_, _) => 0).Should().Be("exit_group(1)");
    }

    [Fact]
    public void Encode_LongPlan_IsSplitAndReadsItsRest()
    {
        PlanBuilder plan = new();
        string large = new('x', 300_000);
        plan.Add(Syscall.chdir, "enter", null, plan.Text(large));
        plan.Add(Syscall.exit_group, "end");
        PlanMessage message = PlanEncoder.Encode(plan.Build(), arm64: false);

        message.PartCount.Should().Be(3);
        Enumerable.Range(0, 3).Select(part => message.Part(part).Length).Should().OnlyContain(length => length <= PlanLayout.MessageCapacity);
        StubSimulator stub = new StubSimulator(message, static (call, _) => call == Syscall.read ? 1 : 0).Run();
        stub.Calls.Should().Equal(Syscall.read, Syscall.read, Syscall.chdir, Syscall.exit_group);
        message.IndexOf(4).Should().Be(0, "operations are counted without those that read");
    }

    [Fact]
    public void Encode_LongPlanWithoutHost_Ends()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.chdir, "enter", null, plan.Text(new string('x', 200_000)));
        plan.Add(Syscall.execve, "execute");

        new StubSimulator(PlanEncoder.Encode(plan.Build(), arm64: false), static (_, _) => 0).Run()
            .Calls.Should().Equal(Syscall.read, Syscall.exit_group);
    }

    [Fact]
    public void Encode_TooLarge_Fails()
    {
        PlanBuilder plan = new();
        plan.Add(Syscall.chdir, "enter", null, plan.Text(new string('x', PlanLayout.Capacity)));
        plan.Add(Syscall.exit_group, "end");
        Action encode = () => PlanEncoder.Encode(plan.Build(), arm64: false);

        encode.Should().Throw<ContainerRuntimeException>().Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);
    }

    [Fact]
    public void Text_WithNull_Fails()
    {
        Action text = () => new PlanBuilder().Text("/etc\0/passwd");

        text.Should().Throw<ArgumentException>();
    }

    private static StubSimulator Simulate(PlanBuilder builder, Func<Syscall, long[], long> kernel)
    {
        LaunchPlan plan = builder.Build();
        PlanVerifier.Verify(plan);
        return new StubSimulator(PlanEncoder.Encode(plan, arm64: false), kernel);
    }

    private static string Outcome(PlanBuilder builder, Func<Syscall, long[], long> kernel)
    {
        string outcome = "";
        StubSimulator stub = Simulate(builder, (call, arguments) =>
        {
            outcome = $"{call}({arguments[0]})";
            return kernel(call, arguments);
        }).Run();
        return stub.Failure is { } failure ? $"failed at {failure.Operation}: {failure.Errno}" : outcome;
    }
}
