using DawsOS.Accounts;
using DawsOS.Alerts;
using DawsOS.Delivery;
using DawsOS.Http;
using DawsOS.Operations;
using DawsOS.Patterns;
using DawsOS.Series;
using DawsOS.Storage;

using Microsoft.Extensions.Configuration.Memory;

using Orleans.Dashboard;

namespace DawsOS.Hosting;

/// <summary>The composition root: reads like a table of contents, in the order of a start.</summary>
internal static class DawsHost
{
    private static readonly Dictionary<string, string?> QuietLibraries = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Orleans"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.Warning),
    };

    public static Settings ReadSettings(string[] args) => Settings.Read(WebApplication.CreateSlimBuilder(args).Configuration);

    /// <summary>Builds the whole program; <paramref name="replace"/> comes last, for tests that bring their own clock.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? replace = null)
    {
        // Settings are read once, so nothing watches their files: watchers are few per machine (inotify) and their lack would stop a start.
        string[] hostArgs = ["--hostBuilder:reloadConfigOnChange=false", .. args];
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = hostArgs, ContentRootPath = AppContext.BaseDirectory });
        // Lowest in the order of sources, so that any standard setting wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLibraries });
        var settings = Settings.Read(builder.Configuration);
        builder.WebHost.UseUrls(settings.MetricsPort is { } port ? $"{settings.Urls};http://127.0.0.1:{port}" : settings.Urls);
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        builder.AddStartGate(settings);

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(settings.Storage);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Preparation>();
        services.AddEngine();
        services.AddSingleton<IngestDoor>();

        builder.AddOperations();
        builder.AddFrontDoor();
        services.AddAccounts();
        builder.AddSilo(settings);
        replace?.Invoke(builder);

        var app = builder.Build();
        app.UseFrontDoor(settings.MetricsPort);
        app.UseAccounts();
        app.MapOperations();
        app.MapAccounts();
        app.MapSeries();
        app.MapExecute();
        app.MapPatterns();
        app.MapAlerts();
        app.MapDelivery();
        app.MapOrleansDashboard("/dashboard").RequireAuthorization(Policies.AdminPage).ExcludeFromDescription();
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
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is not (StartupException or OperationCanceledException))
        {
            throw new StartupException($"The silo or the front door did not start ({Line(e)}): put that right, or look closer with LOG_LEVEL=Debug.", e);
        }
        app.Services.GetRequiredService<StartGate>().Open();
    }

    // The first line of the innermost message: what is around it only says that something is inside.
    private static string Line(Exception e) => e.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.');
}
