using Prometheus;

namespace DawsOS.Operations;

/// <summary>Orleans' own meters, as they are, in this host's registry (prometheus-net shows .NET counters as gauges).</summary>
internal sealed class OrleansMeters(CollectorRegistry registry) : IHostedService, IDisposable
{
    // A counter that rests longer vanishes and comes back at zero; prometheus-net allows no more.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);
    private IDisposable? _listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = instrument => instrument.Meter.Name == "Microsoft.Orleans",
            Registry = registry,
            MetricFactory = Prometheus.Metrics.WithCustomRegistry(registry),
            MetricsExpireAfter = KeptFor,
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _listener?.Dispose();
}
