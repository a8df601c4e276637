using System.Buffers.Binary;
using Coracle.Isolation.Launch;
using Coracle.Kernel.Interop;
using Coracle.Kernel.Sockets;

namespace Coracle.Tests.Isolation.Launch;

/// <summary>What a stub says is hostile input. Here this process plays the first stage.</summary>
public sealed class LaunchProgressTests
{
    [Theory]
    [InlineData(LaunchMessageKind.Hello, 0)]
    [InlineData(LaunchMessageKind.Ready, 0)]
    [InlineData(LaunchMessageKind.Terminal, 0)]
    [InlineData(LaunchMessageKind.Cloned, 0)]
    [InlineData(LaunchMessageKind.Cloned, 1)]
    [InlineData(LaunchMessageKind.Cloned, int.MaxValue)]
    public void Read_WhatNoStageMaySay_IsRefused(object kind, int value)
    {
        using MessageSocket socket = MessageSocket.Create();
        Send(socket, (LaunchMessageKind)kind, value);
        LaunchProgress progress = new(Environment.ProcessId) { ExpectsTerminal = true };
        Action read = () => progress.Read(socket);

        read.Should().Throw<ContainerRuntimeException>().WithMessage("*broke the protocol*");
        progress.Invoking(p => p.ReadLeniently(socket)).Should().NotThrow();
    }

    [Fact]
    public void Read_TooMuch_IsRefused()
    {
        using MessageSocket socket = MessageSocket.Create();
        for (int i = 0; i < 20; i++)
            SendRaw(socket, [3, 0, 0, 0, 1, 0, 0, 0]);
        LaunchProgress progress = new(Environment.ProcessId);

        progress.Invoking(p => p.Read(socket)).Should().Throw<ContainerRuntimeException>().WithMessage("*broke the protocol*");
    }

    private static void Send(MessageSocket socket, LaunchMessageKind kind, int value)
    {
        byte[] message = new byte[LaunchMessage.EventLength];
        BinaryPrimitives.WriteUInt64LittleEndian(message, LaunchMessage.Word(kind));
        BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(8), value);
        SendRaw(socket, message);
    }

    private static unsafe void SendRaw(MessageSocket socket, byte[] message)
    {
        fixed (byte* bytes = message)
            Libc.send(socket.Peer.Number, bytes, message.Length, Libc.MSG_NOSIGNAL).Should().Be(message.Length);
    }
}
