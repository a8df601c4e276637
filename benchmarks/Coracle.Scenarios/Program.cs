using System.Runtime.InteropServices;
using Coracle.Scenarios;
using Coracle.Scenarios.Exec;
using Coracle.Scenarios.Logs;
using Coracle.Scenarios.Measuring;
using Coracle.Scenarios.Overlay;
using Coracle.Scenarios.Pull;
using Coracle.Scenarios.Start;
using Coracle.TestSupport;

if (args is [PullWorker.Verb])
    return await PullWorker.RunAsync();

if (ScenarioOptions.TryParse(args, out ScenarioOptions? options, out string? complaint) is false)
{
    Console.Error.WriteLine(complaint);
    Console.Error.WriteLine(ScenarioOptions.Usage);
    return 2;
}
if (!Environment.IsPrivilegedProcess)
{
    Console.Error.WriteLine("the scenarios need root: so do the peers as they are run here");
    return 2;
}

using CancellationTokenSource interrupted = new();
foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
    PosixSignalRegistration.Create(signal, received =>
    {
        received.Cancel = true;
        interrupted.Cancel();
    });

using TempDirectory directory = new("scenarios");
ScenarioContext context = new(options, directory);
List<Report> reports = [];
try
{
    if (options.Has("overlay"))
        reports.Add(await OverlayScenario.RunAsync(context, interrupted.Token));
    if (options.Has("start"))
        reports.AddRange(await StartScenario.RunAsync(context, interrupted.Token));
    if (options.Has("exec"))
        reports.Add(await ExecScenario.RunAsync(context, interrupted.Token));
    if (options.Has("pull"))
        reports.AddRange(await PullScenario.RunAsync(context, interrupted.Token));
    if (options.Has("logs"))
        reports.Add(await LogScenario.RunAsync(context, interrupted.Token));
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
int missed = reports.Sum(report => report.Missed);
Console.WriteLine(missed == 0 ? "every budget that was measured is met" : $"{missed} budgets are missed");
return options.Check && missed > 0 ? 1 : 0;
