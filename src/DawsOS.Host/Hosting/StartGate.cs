using Microsoft.Extensions.Options;

namespace DawsOS.Hosting;

/// <summary>
/// Keeps the libraries' log shut until the start has succeeded: one that fails says so in its one sentence, while Orleans and the host would
/// log the same exception five times over. LOG_LEVEL=Debug leaves it open.
/// </summary>
internal sealed class StartGate(bool open)
{
    private volatile bool _open = open;

    public bool IsOpen => _open;

    public void Open() => _open = true;
}

internal static class StartGateLogging
{
    private static readonly string[] Gated = ["Microsoft.Extensions.Hosting.Internal.Host", "Orleans"];

    public static void AddStartGate(this WebApplicationBuilder builder, Settings settings)
    {
        var gate = new StartGate(settings.LogLevel <= LogLevel.Debug);
        builder.Services.AddSingleton(gate);
        // After all configuration, so that it holds whatever levels are set.
        builder.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(new PostConfigureOptions<LoggerFilterOptions>(Options.DefaultName, options =>
        {
            foreach (var category in Gated.Where(category => options.Rules.All(rule => rule.CategoryName != category)))
            {
                options.Rules.Add(new LoggerFilterRule(null, category, settings.LogLevel, null));
            }
            for (var i = 0; i < options.Rules.Count; i++)
            {
                var rule = options.Rules[i];
                if (Gated.Any(category => rule.CategoryName?.StartsWith(category, StringComparison.Ordinal) == true))
                {
                    options.Rules[i] = new LoggerFilterRule(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                        gate.IsOpen && (rule.Filter?.Invoke(provider, category, level) ?? true));
                }
            }
        }));
    }
}
