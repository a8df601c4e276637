using Coracle.Engine.Watching;

namespace Coracle.Tests.Engine.Watching;

public sealed class HealthRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ContainerHealth Starting = new() { Status = HealthStatus.Starting };

    private readonly HealthCheck _check = HealthRules.Merge(
        new HealthCheck(HealthProbe.Tcp(80)) { StartPeriod = TimeSpan.FromSeconds(20), StartInterval = TimeSpan.FromSeconds(3), Retries = 2 }, null)!;

    [Fact]
    public void Merge_WhatIsNotSet_IsTheImagesOrTheDefault()
    {
        HealthCheck image = new(HealthProbe.Shell("check")) { Interval = TimeSpan.FromSeconds(7), Retries = 9 };
        HealthCheck merged = HealthRules.Merge(new HealthCheck { Retries = 4 }, image)!;
        merged.Should().Be(new HealthCheck(HealthProbe.Shell("check"))
        {
            Interval = TimeSpan.FromSeconds(7),
            Timeout = TimeSpan.FromSeconds(30),
            StartPeriod = TimeSpan.Zero,
            StartInterval = TimeSpan.FromSeconds(5),
            Retries = 4,
        });
    }

    [Fact]
    public void Merge_NoProbeOrNone_IsNoCheck()
    {
        HealthRules.Merge(null, null).Should().BeNull();
        HealthRules.Merge(new HealthCheck { Retries = 4 }, null).Should().BeNull();
        HealthRules.Merge(HealthCheck.None, new HealthCheck(HealthProbe.Tcp(80))).Should().BeNull();
    }

    [Fact]
    public void Merge_MalformedCheck_IsRefused()
    {
        HealthCheck good = new(HealthProbe.Tcp(80));
        HealthCheck[] bad =
        [
            good with { Interval = TimeSpan.Zero },
            good with { Timeout = TimeSpan.FromTicks(1) },
            good with { StartPeriod = TimeSpan.FromSeconds(-1) },
            good with { Interval = TimeSpan.MaxValue },
            good with { Retries = 0 },
            good with { Probe = HealthProbe.Tcp(0) },
            good with { Probe = HealthProbe.Http(80, "x") },
            good with { Probe = HealthProbe.Command() },
        ];
        foreach (HealthCheck check in bad)
            FluentActions.Invoking(() => HealthRules.Merge(check, null))
                .Should().Throw<ContainerRuntimeException>().Where(e => e.Kind == RuntimeErrorKind.InvalidInput);
    }

    [Theory]
    [InlineData(0, 3)] // in the start period
    [InlineData(18, 2)] // its end is nearer
    [InlineData(20, 30)]
    public void NextIn_WhileStarting_GoesByTheStartPeriod(double elapsed, double expected) =>
        HealthRules.NextIn(_check, HealthStatus.Starting, TimeSpan.FromSeconds(elapsed)).Should().Be(TimeSpan.FromSeconds(expected));

    [Fact]
    public void NextIn_Healthy_IsTheInterval() =>
        HealthRules.NextIn(_check, HealthStatus.Healthy, TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(30));

    [Fact]
    public void Apply_FailuresInTheStartPeriod_DoNotCountUntilTheFirstSuccess()
    {
        ContainerHealth health = Apply(Starting, 1, elapsed: 5);
        health.Should().Match<ContainerHealth>(h => h.Status == HealthStatus.Starting && h.FailingStreak == 0 && h.Log.Count == 1);
        health = Apply(health, 0, elapsed: 6);
        health.Status.Should().Be(HealthStatus.Healthy);
        health = Apply(health, 1, elapsed: 7);
        health.Should().Match<ContainerHealth>(h => h.Status == HealthStatus.Healthy && h.FailingStreak == 1);
        Apply(health, 1, elapsed: 8).Status.Should().Be(HealthStatus.Unhealthy);
    }

    [Fact]
    public void Apply_FailuresAfterTheStartPeriod_MakeItUnhealthyAndOneSuccessHealthy()
    {
        ContainerHealth health = Apply(Apply(Starting, 1, elapsed: 20), -1, elapsed: 50);
        health.Should().Match<ContainerHealth>(h => h.Status == HealthStatus.Unhealthy && h.FailingStreak == 2);
        Apply(health, 0, elapsed: 80).Should().Match<ContainerHealth>(h => h.Status == HealthStatus.Healthy && h.FailingStreak == 0);
    }

    [Fact]
    public void Apply_EarlyFailures_DoNotCount() =>
        Apply(Apply(Starting, 1, elapsed: 30, early: true), 1, elapsed: 31, early: true)
            .Should().Match<ContainerHealth>(h => h.Status == HealthStatus.Starting && h.FailingStreak == 0);

    [Fact]
    public void Apply_ManyProbes_KeepsTheLastFive()
    {
        ContainerHealth health = Starting;
        for (int i = 1; i <= 8; i++)
            health = Apply(health, i, elapsed: i);
        health.Log.Select(static result => result.ExitCode).Should().Equal(4, 5, 6, 7, 8);
    }

    [Fact]
    public void Cut_LongOutput_IsAtMost4096BytesAndWholeCharacters()
    {
        HealthRules.Cut(new string('x', 4096)).Should().HaveLength(4096);
        string cut = HealthRules.Cut(new string('€', 2000));
        cut.Should().Be(new string('€', 1365) + "...");
    }

    private ContainerHealth Apply(ContainerHealth before, int exitCode, double elapsed, bool early = false) => HealthRules.Apply(
        _check, before, new HealthCheckResult(Start, Start, exitCode, ""), TimeSpan.FromSeconds(elapsed), early);
}
