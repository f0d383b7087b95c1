using DawsOS.Agents;
using DawsOS.Metrics;
using DawsOS.Series;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>Registers patterns and agents. More capabilities or definitions are more registrations of their type.</summary>
internal static class PatternServices
{
    public static IServiceCollection AddPatterns(this IServiceCollection services)
    {
        foreach (var type in CapabilityRegistry.Discover())
        {
            services.AddSingleton(typeof(Capability), type);
        }
        foreach (var file in PatternFile.BuiltIn())
        {
            services.AddSingleton(file);
        }
        services.AddSingleton<CapabilityRegistry>();
        services.AddSingleton<PatternCatalogue>();
        services.AddSingleton<PatternEngine>();
        services.AddSingleton<PatternMetrics>();
        services.AddSingleton<PackStore>();
        return services;
    }
}
