using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Coracle.Isolation.Launch.Planning;

// The data of a plan: strings, structures, arrays of pointers.
internal sealed partial class PlanBuilder
{
    private const int UsualData = 8192;
    private const int WordSize = 8;

    private readonly Dictionary<string, int> _texts = [];
    private readonly List<DataPointer> _pointers = [];
    private readonly List<DataBlock> _blocks = [];
    private byte[] _data = new byte[UsualData];
    private int _dataLength;

    /// <summary>The address of a C string. Equal strings are stored once.</summary>
    /// <exception cref="ArgumentException">It contains a null character, which would cut it short.</exception>
    internal Operand Text(string text)
    {
        if (_texts.TryGetValue(text, out int offset))
            return Operand.Data(offset);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a null character");
        int length = Encoding.UTF8.GetByteCount(text);
        offset = Reserve(length + 1, alignment: 1);
        Encoding.UTF8.GetBytes(text, _data.AsSpan(offset));
        _texts.Add(text, offset);
        return Operand.Data(offset);
    }

    /// <summary>The address of a structure that consists of words of 8 bytes, each a number or a pointer.</summary>
    internal Operand Words(params ReadOnlySpan<Operand> words)
    {
        int offset = Reserve(words.Length * WordSize, WordSize);
        for (int i = 0; i < words.Length; i++)
        {
            int at = offset + (i * WordSize);
            if (words[i].Kind == OperandKind.Immediate)
                BinaryPrimitives.WriteInt64LittleEndian(_data.AsSpan(at), words[i].Value);
            else
                _pointers.Add(new DataPointer(at, words[i]));
        }

        _blocks.Add(new DataBlock(offset, words.Length * WordSize));
        return Operand.Data(offset);
    }

    /// <summary>The address of a copy of bytes.</summary>
    internal Operand Bytes(ReadOnlySpan<byte> bytes)
    {
        int offset = Reserve(bytes.Length, WordSize);
        bytes.CopyTo(_data.AsSpan(offset));
        _blocks.Add(new DataBlock(offset, bytes.Length));
        return Operand.Data(offset);
    }

    /// <summary>The address of a copy of numbers of 4 bytes.</summary>
    internal Operand Integers(ReadOnlySpan<uint> integers) => Bytes(MemoryMarshal.AsBytes(integers));

    /// <summary>The address of a null-terminated array of C strings, as execve(2) takes it.</summary>
    internal Operand Texts(IReadOnlyList<string> texts)
    {
        Operand[] words = new Operand[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
            words[i] = Text(texts[i]);
        return Words(words);
    }

    private int Reserve(int length, int alignment)
    {
        int offset = (_dataLength + alignment - 1) & -alignment;
        int end = offset + length;
        if (end > _data.Length)
            Array.Resize(ref _data, Math.Max(_data.Length * 2, end));
        _dataLength = end;
        return offset;
    }
}
