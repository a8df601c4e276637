using Coracle.Engine.Events;

namespace Coracle.Tests.Engine.Events;

public sealed class EventFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly EventOptions _options = new();
    private readonly RuntimeEvent _happened = new(
        Noon, EventSubject.Container, "health_status: healthy", "abcdef0123",
        new Dictionary<string, string> { ["name"] = "web", ["image"] = "host:5000/nginx:1.2", ["tier"] = "front" });

    private bool Fits => new EventFilter(_options).Fits(_happened);

    [Fact]
    public void NoOptions_FitEverything() => Fits.Should().BeTrue();

    [Theory]
    [InlineData("health_status", true)]
    [InlineData("health_status: healthy", true)]
    [InlineData("health_status: unhealthy", false)]
    [InlineData("health", false)]
    public void Action_FitsWholeOrUpToTheColon(string action, bool fits)
    {
        _options.Actions.Add("other");
        _options.Actions.Add(action);
        Fits.Should().Be(fits);
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("abcdef0123", true)]
    [InlineData("abcd", true)]
    [InlineData("we", false)]
    [InlineData("ab", false)]
    public void Container_FitsByNameIdOrPrefix(string container, bool fits)
    {
        _options.Containers.Add(container);
        Fits.Should().Be(fits);
    }

    [Theory]
    [InlineData("host:5000/nginx:1.2", true)]
    [InlineData("host:5000/nginx", true)]
    [InlineData("host", false)]
    [InlineData("host:5000/nginx:1.3", false)]
    public void Image_FitsWithAndWithoutTag(string image, bool fits)
    {
        _options.Images.Add(image);
        Fits.Should().Be(fits);
    }

    [Fact]
    public void Labels_MustAllFit()
    {
        _options.Labels["tier"] = null;
        Fits.Should().BeTrue();
        _options.Labels["name"] = "other";
        Fits.Should().BeFalse();
    }

    [Fact]
    public void Times_AreIncluded()
    {
        (_options.Since, _options.Until) = (Noon, Noon);
        Fits.Should().BeTrue();
        _options.Since = Noon.AddTicks(1);
        Fits.Should().BeFalse();
        (_options.Since, _options.Until) = (null, Noon.AddTicks(-1));
        Fits.Should().BeFalse();
    }

    [Fact]
    public void Subject_MustFit()
    {
        _options.Subjects.Add(EventSubject.Image);
        Fits.Should().BeFalse();
    }
}
