using System.Text;
using Coracle.Streams.Attach;

namespace Coracle.Tests.Streams.Attach;

public sealed class DetachTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ctrl-p,ctrl-q", "1011")]
    [InlineData("a,b", "6162")]
    [InlineData("ctrl-@,ctrl-a,ctrl-z,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,DEL", "00011A1B1C1D1E1F7F")]
    public void Keys_OfDockersForm_AreTheirBytes(string text, string bytes) =>
        Convert.ToHexString(DetachKeys.Parse(text)).Should().Be(bytes);

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-pp")]
    [InlineData("ctrl-P")]
    [InlineData("ctrl-p,")]
    [InlineData("ab")]
    [InlineData("é")]
    public void Keys_OfAnotherForm_AreRefused(string text) =>
        FluentActions.Invoking(() => DetachKeys.Parse(text)).Should().Throw<ContainerRuntimeException>()
            .WithMessage("*Unknown character*").Which.Kind.Should().Be(RuntimeErrorKind.InvalidInput);

    [Theory]
    [InlineData("pq", "hello", "hello", false)]
    [InlineData("pq", "hepq", "he", true)]
    [InlineData("pq", "pqmore", "", true)]
    [InlineData("pq", "p", "", false)]
    [InlineData("pq", "px", "px", false)]
    [InlineData("pq", "ppq", "p", true)]
    [InlineData("aab", "aaab", "a", true)]
    [InlineData("abac", "ababac", "ab", true)]
    [InlineData("a", "a", "", true)]
    [InlineData("", "abc", "abc", false)]
    public void Filter_LetsThroughWhatIsNotTheSequence(string keys, string typed, string passed, bool detached)
    {
        // At once, and key by key: it makes no difference.
        DetachFilter whole = new(Encoding.ASCII.GetBytes(keys));
        whole.Take(Encoding.ASCII.GetBytes(typed), out ReadOnlyMemory<byte> bytes).Should().Be(detached);
        Encoding.ASCII.GetString(bytes.Span).Should().Be(passed);

        DetachFilter single = new(Encoding.ASCII.GetBytes(keys));
        StringBuilder through = new();
        bool found = false;
        foreach (char key in typed)
        {
            found = single.Take([(byte)key], out ReadOnlyMemory<byte> one);
            through.Append(Encoding.ASCII.GetString(one.Span));
            if (found)
                break;
        }
        found.Should().Be(detached);
        through.ToString().Should().Be(passed);
    }
}
