using System.Text;
using Coracle.State.Journal;
using Coracle.TestSupport;

namespace Coracle.Tests.State.Journal;

public sealed class EventJournalTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Reader_OfTwoWriters_ReadsAllInTheOrderOfWriting()
    {
        using EventJournal first = Open();
        using EventJournal second = Open();
        using JournalReader reader = first.ReadFromEnd();
        first.Append([Event("1"), Event("2")]);
        second.Append([Event("3")]);
        first.Append([Event("4")]);

        Actions(reader.Read()).Should().Equal("1", "2", "3", "4");
        Actions(reader.Read()).Should().BeEmpty();
    }

    [Fact]
    public void Event_WrittenAndRead_IsTheSame()
    {
        using EventJournal journal = Open();
        using JournalReader reader = journal.ReadFromEnd();
        RuntimeEvent written = new(
            DateTimeOffset.UtcNow, EventSubject.Container, "health_status: healthy", "id\u001e\n",
            new Dictionary<string, string> { ["label\n"] = "\u001evalue\0" });
        journal.Append([written]);

        RuntimeEvent read = reader.Read().Should().ContainSingle().Subject;
        read.Should().BeEquivalentTo(written);
    }

    [Fact]
    public void Writers_ThatFillSeveralFiles_LoseNothingForAReaderThatKeepsUp()
    {
        using EventJournal first = Open(capacity: 4096);
        using EventJournal second = Open(capacity: 4096);
        using JournalReader reader = second.ReadFromEnd();
        List<string> read = [];
        for (int i = 0; i < 400; i++)
        {
            (i % 2 == 0 ? first : second).Append([Event($"{i}")]);
            if (i % 7 == 0)
                read.AddRange(Actions(reader.Read()));
        }
        read.AddRange(Actions(reader.Read()));

        read.Should().Equal(Enumerable.Range(0, 400).Select(static i => $"{i}"));
        Directory.GetFiles(_directory.Path).Should().HaveCount(2, "more than two files are never kept");
    }

    [Fact]
    public void Replay_AfterARotation_BeginsInTheOlderFileAndEndsWhereTheReaderIs()
    {
        using EventJournal journal = Open(capacity: 4096);
        for (int i = 0; i < 60; i++)
            journal.Append([Event($"{i}")]);
        using JournalReader reader = journal.ReadFromEnd();
        using JournalReplay replay = journal.ReplayUpTo(reader);
        journal.Append([Event("later")]);

        string[] actions = Actions(replay.Read());
        actions.Should().HaveCountGreaterThan(20).And.NotContain("later");
        actions.Should().Equal(Enumerable.Range(60 - actions.Length, actions.Length).Select(static i => $"{i}"));
        Actions(reader.Read()).Should().Equal("later");
    }

    [Fact]
    public void Reader_BehindAnEventThatWasCutOff_ReadsTheNext()
    {
        using EventJournal journal = Open();
        using JournalReader reader = journal.ReadFromEnd();
        journal.Append([Event("1")]);
        byte[] whole = EventText.Write(Event("never"));
        Append(whole.AsSpan(0, whole.Length / 2));
        Actions(reader.Read()).Should().Equal("1");
        journal.Append([Event("2")]);

        Actions(reader.Read()).Should().Equal("2");
    }

    [Fact]
    public void Reader_OfWhatNobodyWroteAsAnEvent_ReadsWhatFollows()
    {
        using EventJournal journal = Open();
        using JournalReader reader = journal.ReadFromEnd();
        Append(Encoding.UTF8.GetBytes(new string('x', 100_000)));
        Append("\n\u001e{}\n\u001enull\n\u001e[1]\n\u001e{\"action\":null,\"id\":\"a\",\"attributes\":{}}\n"u8);
        journal.Append([Event("1")]);

        Actions(reader.Read()).Should().Equal("1");
    }

    [Fact]
    public void Event_WithAnyNumberOfLabels_FitsAndKeepsItsFacts()
    {
        Dictionary<string, string> attributes = new() { ["name"] = "one" };
        for (int i = 0; i < 2000; i++)
            attributes[$"label-{i}"] = new string('\u001f', i);

        byte[] text = EventText.Write(Event("create") with { Attributes = attributes });

        text.Length.Should().BeLessThanOrEqualTo(EventText.MaxLength);
        RuntimeEvent read = EventText.Read(text.AsSpan(1, text.Length - 2))!;
        read.Attributes.Should().Contain("name", "one").And.ContainKey("label-3");
    }

    private EventJournal Open(long capacity = 1 << 20) => new(_directory.Path, capacity);

    private void Append(ReadOnlySpan<byte> data)
    {
        using FileStream file = new(
            Path.Combine(_directory.Path, "journal"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(data);
    }

    private static string[] Actions(IEnumerable<RuntimeEvent> events) => [.. events.Select(static one => one.Action)];

    private static RuntimeEvent Event(string action) =>
        new(DateTimeOffset.UtcNow, EventSubject.Container, action, "id", new Dictionary<string, string> { ["name"] = "n" });
}
