using DawsOS.Http;

using Microsoft.AspNetCore.Identity;

namespace DawsOS.Accounts;

/// <summary>Wires the feature: its services, its place in the pipeline, its routes.</summary>
internal static class AccountsSetup
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = Passwords.Iterations);
        services.AddSingleton<Passwords>();
        services.AddSingleton<FirstAdmin>();
        services.AddSingleton(Console.Out);
        services.AddSingleton<Tokens>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<RateLimits>();
        services.AddSchemes();
        services.AddAuthorization(Policies.Configure);
    }

    /// <summary>Who is it, may they, not too often; only then is a body read that is not small.</summary>
    public static void UseAccounts(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseOpenRefusals();
        app.UseAuthorization();
        app.UseUserBound();
        app.UseStreamLimit();
        app.UseRateLimits();
        app.UseLargeBodies();
    }

    public static void MapAccounts(this WebApplication app)
    {
        app.MapAuth();
        app.MapUsers();
        app.MapSessions();
        app.MapApiKeys();
        app.MapAudit();
        app.MapLoginForm();
        app.MapLogout();
    }
}
