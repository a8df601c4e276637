namespace Coracle.Isolation.Cgroups.Statistics;

/// <summary>What a control group counts of processor time.</summary>
internal readonly record struct CpuUsage(TimeSpan Total, TimeSpan User, TimeSpan System);

/// <summary>What a limit on processor time did.</summary>
internal readonly record struct CpuThrottling(long Periods, long ThrottledPeriods, TimeSpan ThrottledTime);
