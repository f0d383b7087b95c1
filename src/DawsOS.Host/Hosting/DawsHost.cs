using DawsOS.Accounts;
using DawsOS.Agents;
using DawsOS.Alerts;
using DawsOS.Delivery;
using DawsOS.Http;
using DawsOS.Operations;
using DawsOS.Patterns;
using DawsOS.Series;
using DawsOS.Storage;

using Microsoft.Extensions.Configuration.Memory;

namespace DawsOS.Hosting;

/// <summary>The composition root: reads like a table of contents, in the order of a start.</summary>
internal static partial class DawsHost
{
    // A silo that was killed counts as alive for a minute and a half, and one that starts elsewhere waits for it.
    private static readonly TimeSpan LongStart = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string?> QuietLibraries = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Orleans"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.Warning),
    };

    // Settings are read once; watching files for changes would only cost inotify handles, of which a user has 128 for all processes.
    private const string NoReload = "--hostBuilder:reloadConfigOnChange=false";

    public static Settings ReadSettings(string[] args) => Settings.Read(WebApplication.CreateSlimBuilder([NoReload, .. args]).Configuration);

    /// <summary>Builds the whole program; <paramref name="replace"/> comes last, for tests that bring their own clock.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [NoReload, .. args], ContentRootPath = AppContext.BaseDirectory });
        // Lowest in the order of sources, so that any standard setting wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLibraries });
        var settings = Settings.Read(builder.Configuration);
        builder.WebHost.UseUrls(settings.MetricsPort is { } port ? $"{settings.Urls};http://127.0.0.1:{port}" : settings.Urls);
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        builder.Logging.AddSimpleConsole(options =>
        {
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.UseUtcTimestamp = true;
        });
        builder.AddStartGate(settings);

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(settings.Storage);
        services.AddSingleton(settings.Agents);
        services.AddSingleton(settings.Runs);
        services.AddSingleton(settings.Email);
        services.AddSingleton(settings.Retries);
        services.AddSingleton(settings.Sends);
        services.AddSingleton(settings.Patterns);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Preparation>();
        // Its content root and environment help nobody; what matters is said once, when it is ready.
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        services.AddSingleton<IngestDoor>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<NotificationStream>();
        services.AddSingleton<RunEventStream>();

        builder.AddOperations();
        builder.AddFrontDoor(settings);
        services.AddAccounts();
        builder.AddSilo(settings);
        // After the silo, because what starts last stops first: its loops call grains.
        services.AddEngine(settings.ConformanceAgent);
        replace?.Invoke(builder);

        var app = builder.Build();
        app.UseFrontDoor(settings);
        app.UseAccounts();
        app.MapOperations();
        app.MapAccounts();
        app.MapSeries();
        app.MapExecute();
        app.MapPatterns();
        app.MapRuns();
        app.MapAgents();
        app.MapAlerts();
        app.MapDlq();
        app.MapDelivery();
        app.MapNotifications();
        app.MapChannels();
        app.MapDashboard();
        return app;
    }

    /// <summary>Prepares (lock, ports, schema, first admin), then starts silo and front door.</summary>
    /// <exception cref="StartupException">One sentence that says what to do.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // Made here, so that a wrong definition or a doubled capability stops the start.
        app.Services.GetRequiredService<PatternCatalogue>();
        await app.Services.GetRequiredService<Preparation>().RunAsync(cancellationToken);
        try
        {
            var start = app.StartAsync(cancellationToken);
            if (await Task.WhenAny(start, Task.Delay(LongStart, TimeProvider.System, cancellationToken)) != start)
            {
                LogWaiting(app.Logger);
            }
            await start;
        }
        catch (Exception e) when (Line(e).StartsWith("Unable to configure HTTPS endpoint", StringComparison.Ordinal))
        {
            throw new StartupException(
                "ASPNETCORE_URLS or --urls: an https address needs a certificate; name one by Kestrel__Certificates__Default__Path and __Password, or use http.", e);
        }
        catch (Exception e) when (e is not (StartupException or OperationCanceledException))
        {
            throw new StartupException($"The silo or the front door did not start ({Line(e)}): put that right, or look closer with LOG_LEVEL=Debug.", e);
        }
        app.Services.GetRequiredService<StartGate>().Open();
        var settings = app.Services.GetRequiredService<Settings>();
        LogReady(app.Logger, settings.Storage.Describe);
        if (EmailSettings.Missing(settings.Email) is { } missing)
        {
            LogNoEmail(app.Logger, missing, missing == "SMTP_FROM" ? "SMTP_HOST" : "SMTP_FROM");
        }
        app.Lifetime.ApplicationStopping.Register(() => LogStopping(app.Logger));
    }

    // The first line of the innermost message: what is around it only says that something is inside.
    private static string Line(Exception e) => e.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.');

    [LoggerMessage(LogLevel.Warning, "The silo has not joined its cluster yet; it goes on trying, and gives up after two minutes.")]
    private static partial void LogWaiting(ILogger logger);

    [LoggerMessage(LogLevel.Information, "Ready; everything is kept in {Database}.")]
    private static partial void LogReady(ILogger logger, string database);

    [LoggerMessage(LogLevel.Warning, "Email is unavailable: {Missing} is not set, though {Present} is.")]
    private static partial void LogNoEmail(ILogger logger, string missing, string present);

    [LoggerMessage(LogLevel.Information, "Stopping; requests in flight are finished first.")]
    private static partial void LogStopping(ILogger logger);
}
