using System.Text;
using Coracle.Engine.Watching;

namespace Coracle.Engine.Lifecycle;

// Programs that find out whether the container works.
internal sealed partial class ManagedContainer
{
    // What a probe leaves in the background may hold its outputs open for ever. Docker's number.
    private static readonly TimeSpan ProbeDrainTime = TimeSpan.FromSeconds(2);

    /// <summary>Runs a program to its end. If it is cancelled, the program and all that it started is killed.</summary>
    internal async Task<ProbeResult> RunProbeAsync(ExecSpec spec, CancellationToken cancellationToken)
    {
        IContainerProcess process;
        try
        {
            process = await ExecAsync(spec, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerStartException e)
        {
            return new ProbeResult(e.ExitCode, e.Message);
        }
        await using (process.ConfigureAwait(false))
        {
            using CancellationTokenSource drained = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            ProbeOutput output = new();
            Task reading = Task.WhenAll(
                output.CollectAsync(process.StandardOutput, drained.Token), output.CollectAsync(process.StandardError, drained.Token));
            ExitStatus status = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            drained.CancelAfter(ProbeDrainTime);
            await reading.ConfigureAwait(false);
            return new ProbeResult(status.ExitCode, output.ToString());
        }
    }

    /// <summary>Both outputs of a probe, cut off; what comes after is read and dropped.</summary>
    private sealed class ProbeOutput
    {
        private readonly Lock _gate = new();
        private readonly byte[] _bytes = new byte[ProbeRunner.MaxOutput + 1]; // one more tells that it was cut off
        private int _length;

        internal async Task CollectAsync(Stream stream, CancellationToken cancellationToken)
        {
            byte[] buffer = new byte[ProbeRunner.MaxOutput];
            try
            {
                while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int read)
                    Add(buffer.AsSpan(0, read));
            }
            catch (OperationCanceledException)
            {
                // The caller learns of a cancellation from the wait.
            }
        }

        public override string ToString()
        {
            lock (_gate)
                return Encoding.UTF8.GetString(_bytes, 0, _length);
        }

        private void Add(ReadOnlySpan<byte> data)
        {
            lock (_gate)
            {
                int kept = Math.Min(data.Length, _bytes.Length - _length);
                data[..kept].CopyTo(_bytes.AsSpan(_length));
                _length += kept;
            }
        }
    }
}
