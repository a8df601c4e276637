using Coracle.Isolation.Launch;
using Coracle.Isolation.Launch.Planning;
using Coracle.Isolation.Spec;
using Coracle.Kernel.Files;
using Coracle.Kernel.Handles;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Mounts;
using Coracle.Tests.Isolation.Launch.Planning;

namespace Coracle.Tests.Isolation.Launch;

public sealed class ContainerDescriptorsTests
{
    [Fact]
    public void Descriptors_ComeInTheOrderOfTheirNumbers()
    {
        using FileDescriptor output = NullDevice.Open();
        using FileDescriptor root = NullDevice.Open();
        LaunchRequest request = new()
        {
            Spec = new RuntimeSpec(), Root = new Mount.Detached(root), StandardOutput = output, StandardError = output,
        };

        ContainerDescriptors descriptors = new(request);

        descriptors.Sent.Should().Equal(output, output, root);
        descriptors.Streams.Should().Equal(1, 2);
        descriptors.Root.Should().Be(6);
    }

    [Fact]
    public void Receive_PutsStreamsInPlace()
    {
        using FileDescriptor stream = NullDevice.Open();
        ContainerDescriptors descriptors = new(new LaunchRequest
        {
            Spec = new RuntimeSpec(), Root = new Mount.Bind("/"), StandardInput = stream, StandardError = stream,
        });
        PlanBuilder plan = new();
        StagePlan.Receive(plan, descriptors);
        plan.Add(Syscall.exit_group, "end");
        List<string> calls = [];

        new StubSimulator(PlanEncoder.Encode(plan.Build(), arm64: false), (call, arguments) =>
        {
            calls.Add(call == Syscall.recvmsg ? "recvmsg" : $"{call}({arguments[0]}, {arguments[1]})");
            return 0;
        }).Run();

        calls.Should().Equal("recvmsg", "dup3(4, 0)", "dup3(5, 2)", "close_range(4, 5)", "exit_group(0, 0)");
    }

    [Fact]
    public void Receive_Nothing_DoesNotWait()
    {
        PlanBuilder plan = new();

        StagePlan.Receive(plan, new ContainerDescriptors(new LaunchRequest { Spec = new RuntimeSpec(), Root = new Mount.Bind("/") }));

        plan.Count.Should().Be(0);
    }
}
