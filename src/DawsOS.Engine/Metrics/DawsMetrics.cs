using Prometheus;

namespace DawsOS.Metrics;

/// <summary>Every metric that DawsOS defines, in one registry per host, so that hosts side by side do not share counters.</summary>
internal sealed class DawsMetrics
{

    public DawsMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        factory.CreateGauge("dawsos_build_info", "1, with the running version.", ["version", "service"])
            .WithLabels(typeof(DawsMetrics).Assembly.GetName().Version!.ToString(3), "dawsos").Set(1);
    }
}
