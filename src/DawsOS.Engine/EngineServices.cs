using DawsOS.Accounts;
using DawsOS.Alerts;
using DawsOS.Delivery;
using DawsOS.Metrics;
using DawsOS.Patterns;
using DawsOS.Series;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS;

/// <summary>Registers the engine, one line per feature part; the host adds settings, registry and clock.</summary>
internal static class EngineServices
{
    public static IServiceCollection AddEngine(this IServiceCollection services, bool conformance) => services
        .AddSingleton<Database>()
        .AddSingleton<Migrator>()
        .AddSingleton<DawsMetrics>()
        .AddSingleton<GrainSlots>()
        .AddSingleton<UserStore>()
        .AddSingleton<LoginStore>()
        .AddSingleton<SessionStore>()
        .AddSingleton<ApiKeyStore>()
        .AddSingleton<AuditStore>()
        .AddSingleton<SeriesStore>()
        .AddSingleton<AlertStore>()
        .AddSingleton<AlertAftermath>()
        .AddSingleton<WakeQueue>()
        .AddHostedService(services => services.GetRequiredService<WakeQueue>())
        .AddSingleton<WakeLoop>()
        .AddHostedService(services => services.GetRequiredService<WakeLoop>())
        .AddSingleton<SmtpConnections>()
        .AddSingleton<EmailSender>()
        .AddSingleton<DeliveryMetrics>()
        .AddSingleton<DeliveryLedger>()
        .AddSingleton<SendLoop>()
        .AddHostedService(services => services.GetRequiredService<SendLoop>())
        .AddSingleton<DlqStore>()
        .AddSingleton<DeliveryStore>()
        .AddSingleton<NotificationStore>()
        .AddSingleton<NotificationSignal>()
        .AddSingleton<UserChannelStore>()
        .AddPatterns(conformance);
}
