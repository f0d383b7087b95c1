using DawsOS.Agents;
using DawsOS.Metrics;
using DawsOS.Series;

using Microsoft.Extensions.DependencyInjection;

using Orleans.Providers;
using Orleans.Serialization.Configuration;

namespace DawsOS.Patterns;

/// <summary>Registers patterns and agents. More capabilities or definitions are more registrations of their type.</summary>
internal static class PatternServices
{
    public static IServiceCollection AddPatterns(this IServiceCollection services, bool conformance)
    {
        services.AddCapabilities(conformance);
        foreach (var file in PatternFile.BuiltIn())
        {
            services.AddSingleton(file);
        }
        services.AddSingleton<PatternCatalogue>();
        services.AddSingleton<PatternFolder>();
        services.AddHostedService(services => services.GetRequiredService<PatternFolder>());
        services.AddSingleton<PatternPlans>();
        services.AddSingleton<PatternEngine>();
        services.AddSingleton<RunGates>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<RunRegistry>();
        // A control command names the type that it is for, and Orleans sends no type that it was not told of.
        services.Configure<TypeManifestOptions>(types => types.AddAllowedType(typeof(RunRegistry)));
        services.AddKeyedSingleton<IControllable>(RunRegistry.ProviderName, (services, _) => services.GetRequiredService<RunRegistry>());
        services.AddSingleton<RunHistory>();
        services.AddHostedService(services => services.GetRequiredService<RunHistory>());
        services.AddSingleton<RunSweeper>();
        services.AddHostedService(services => services.GetRequiredService<RunSweeper>());
        services.AddSingleton<PatternMetrics>();
        return services;
    }

    /// <summary>The capabilities and what they are made with.</summary>
    public static IServiceCollection AddCapabilities(this IServiceCollection services, bool conformance)
    {
        foreach (var type in CapabilityRegistry.Discover(conformance))
        {
            services.AddSingleton(typeof(Capability), type);
        }
        return services.AddSingleton<CapabilityRegistry>().AddSingleton<ComputePool>().AddSingleton<PackStore>();
    }
}
