using System.Buffers;

namespace Coracle.Streams.Attach;

/// <summary>Looks for the detach keys in what is typed. What may still become the sequence is held back; when it does not, it
/// goes through.</summary>
internal sealed class DetachFilter(byte[] keys)
{
    private readonly ArrayBufferWriter<byte> _passed = new();
    private int _matched;

    /// <summary>Takes what was typed.</summary>
    /// <param name="typed">The bytes.</param>
    /// <param name="passed">What goes on to the program; good until the next call.</param>
    /// <returns>Whether the sequence is complete. What was typed behind it is dropped.</returns>
    internal bool Take(ReadOnlySpan<byte> typed, out ReadOnlyMemory<byte> passed)
    {
        _passed.ResetWrittenCount();
        foreach (byte key in typed)
        {
            if (keys.Length > 0 && key == keys[_matched])
            {
                if (++_matched < keys.Length)
                    continue;
                _matched = 0;
                passed = _passed.WrittenMemory;
                return true;
            }
            Fall(key);
        }
        passed = _passed.WrittenMemory;
        return false;
    }

    // The longest end of what was held and this key that can still become the sequence stays; what is before it goes through.
    private void Fall(byte key)
    {
        ReadOnlySpan<byte> held = [.. keys.AsSpan(0, _matched), key];
        int kept = _matched;
        while (kept > 0 && !held.EndsWith(keys.AsSpan(0, kept)))
            kept--;
        _passed.Write(held[..^kept]);
        _matched = kept;
    }
}
