using DawsOS.Delivery;

using Prometheus;

namespace DawsOS.Metrics;

/// <summary>What happens to deliveries behind the commit.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter _deliveries;
    private readonly Histogram _latency;
    private readonly Counter _retries;
    private readonly Gauge _dlq;
    private readonly Gauge _queue;
    private readonly Histogram _lateness;
    private readonly AgentMeter _worker;

    public DeliveryMetrics(CollectorRegistry registry, DawsMetrics alerts, PatternMetrics agents)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _deliveries = alerts.Deliveries;
        _latency = factory.CreateHistogram(
            "dawsos_alert_delivery_latency_seconds", "Seconds from the firing to delivered.", ["channel"],
            new HistogramConfiguration { Buckets = [.1, 1, 5, 10, 30, 60, 120, 300, 900] });
        _retries = factory.CreateCounter("dawsos_alert_retries_total", "Retries that ended, by the status their delivery took.", ["status"]);
        _dlq = factory.CreateGauge("dawsos_alert_dlq_size", "Entries of the dead-letter queue that are not resolved.", ["status"]);
        _queue = factory.CreateGauge("dawsos_queue_depth", "Rows that are due and that nobody has taken yet.", ["queue"]);
        _lateness = factory.CreateHistogram(
            "dawsos_due_lateness_seconds", "Seconds from when a row was due to when this silo took it.", ["queue"],
            new HistogramConfiguration { Buckets = [.1, .5, 1, 2.5, 5, 10, 30, 60, 300, 900] });
        _worker = agents.MeterOf("alert_retry_worker", "retry_delivery");
    }

    public void InappDelivered(int count, TimeSpan latency)
    {
        for (; count > 0; count--)
        {
            _latency.WithLabels(DeliveryRules.Inapp).Observe(Math.Max(0, latency.TotalSeconds));
        }
    }

    public void Claimed(TimeSpan lateness) => _lateness.WithLabels("deliveries").Observe(Math.Max(0, lateness.TotalSeconds));

    public void Woken(TimeSpan lateness) => _lateness.WithLabels("alerts").Observe(Math.Max(0, lateness.TotalSeconds));

    /// <summary>A delivery took that status, by an attempt or without one.</summary>
    public void Ended(string channel, string status) => _deliveries.WithLabels(channel, status).Inc();

    public void AttemptEnded(ClaimedDelivery delivery, AttemptEnd end, DateTimeOffset endedAt)
    {
        Ended(delivery.Channel, end.Status);
        if (end.Status == DeliveryStatus.Delivered)
        {
            _latency.WithLabels(delivery.Channel).Observe(Math.Max(0, (endedAt - delivery.CreatedAt).TotalSeconds));
        }
        if (delivery.Attempts > 1)
        {
            _retries.WithLabels(end.Status).Inc();
            _worker.Invoked(end.Status == DeliveryStatus.Delivered, endedAt - delivery.ClaimedAt);
        }
    }

    public void Queues(QueueSizes sizes)
    {
        _queue.WithLabels("deliveries").Set(sizes.Overdue);
        _queue.WithLabels("alerts").Set(sizes.OverdueAlerts);
        _dlq.WithLabels(DlqRow.Pending).Set(sizes.DlqPending);
        _dlq.WithLabels(DlqRow.Dead).Set(sizes.DlqDead);
    }
}
