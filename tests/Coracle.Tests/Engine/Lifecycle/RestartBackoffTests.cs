using Coracle.Engine.Lifecycle;

namespace Coracle.Tests.Engine.Lifecycle;

public sealed class RestartBackoffTests
{
    private static readonly ExitStatus Failed = ExitStatus.FromCode(1);
    private static readonly ExitStatus Succeeded = ExitStatus.FromCode(0);

    [Fact]
    public void Delays_AreDoubled_UpToAMinute()
    {
        RestartBackoff backoff = new(RestartPolicy.Always);

        Delays(backoff, 12).Should().Equal(100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000);
    }

    [Fact]
    public void LongRun_BeginsAnew()
    {
        RestartBackoff backoff = new(RestartPolicy.Always);
        Delays(backoff, 5);

        backoff.Next(Failed, TimeSpan.FromSeconds(10)).Should().Be(TimeSpan.FromMilliseconds(100));
        backoff.Next(Failed, TimeSpan.FromSeconds(9.9)).Should().Be(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void OnFailure_CountsAndLooksAtTheCode()
    {
        RestartBackoff backoff = new(RestartPolicy.OnFailure(2));

        backoff.Next(Succeeded, default).Should().BeNull();
        backoff.Next(Failed, default).Should().NotBeNull();
        backoff.Next(ExitStatus.FromSignal(Signal.Kill), default).Should().NotBeNull();
        backoff.Next(Failed, default).Should().BeNull();

        backoff.Reset();
        backoff.Next(Failed, default).Should().Be(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void OnFailure_WithoutNumber_HasNoLimit() =>
        Delays(new RestartBackoff(RestartPolicy.OnFailure()), 100).Should().HaveCount(100);

    [Fact]
    public void Always_AlsoAfterSuccess() =>
        new RestartBackoff(RestartPolicy.UnlessStopped).Next(Succeeded, default).Should().NotBeNull();

    [Fact]
    public void No_Never() => new RestartBackoff(RestartPolicy.No).Next(Failed, default).Should().BeNull();

    private static List<double> Delays(RestartBackoff backoff, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => backoff.Next(Failed, TimeSpan.FromSeconds(1))!.Value.TotalMilliseconds)];
}
