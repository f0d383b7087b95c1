using System.Net;

using DawsOS.Storage;

using Orleans.Configuration;
using Orleans.Dashboard;

namespace DawsOS.Hosting;

/// <summary>The silo: storage and reminders on the domain database; one silo embedded, any number on Postgres.</summary>
internal static class Silo
{
    public const string StorageName = "daws";

    public static void AddSilo(this WebApplicationBuilder builder, Settings settings) => builder.UseOrleans(silo =>
    {
        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = settings.ClusterId;
            options.ServiceId = settings.ServiceId;
        });
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = settings.OrleansAddress;
            options.SiloPort = settings.SiloPort;
            options.GatewayPort = settings.GatewayPort;
            options.SiloListeningEndpoint = new IPEndPoint(settings.OrleansAddress, settings.SiloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(settings.OrleansAddress, settings.GatewayPort);
        });
        // Long enough for a killed silo to count as dead, and not five minutes of silence when the tables cannot be read.
        silo.Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.FromMinutes(2));
        var storage = settings.Storage;
        if (storage.Dialect == Dialect.Postgres)
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = storage.Invariant;
                options.ConnectionString = storage.ConnectionString;
            });
        }
        else
        {
            silo.UseDevelopmentClustering(new IPEndPoint(settings.OrleansAddress, settings.SiloPort));
        }
        silo.AddAdoNetGrainStorage(StorageName, options =>
        {
            options.Invariant = storage.Invariant;
            options.ConnectionString = storage.ConnectionString;
        });
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = storage.Invariant;
            options.ConnectionString = storage.ConnectionString;
        });
        silo.AddActivityPropagation();
        // The log trace would show every user's requests to whoever watches.
        silo.AddDashboard(options => options.HideTrace = true);
    });
}
