using System.Net.Http.Json;
using System.Text.Json;

using Dapper;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using Orleans.Configuration;

namespace DawsOS.Hosting;

/// <summary>Two silos on one Postgres (the membership keys of OrleansQuery).</summary>
public sealed class ClusterTests
{
    private const int Active = (int)SiloStatus.Active;
    private const int Dead = (int)SiloStatus.Dead;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_silos_form_one_cluster_and_one_that_is_killed_is_declared_dead()
    {
        var environment = await HostProcess.NewEnvironmentAsync(Dialect.Postgres);
        await using var survivor = await DawsApp.StartAsync(
            settings: new Dictionary<string, string> { ["DATABASE_URL"] = environment["DATABASE_URL"], ["AUTH_JWT_SECRET"] = HostProcess.JwtSecret },
            // Deaths are noticed in seconds instead of half a minute.
            replace: builder => builder.Services.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
            }));
        await using var victim = await HostProcess.StartAsync(environment);
        await using var connection = new NpgsqlConnection(environment["DATABASE_URL"]);

        Assert.Equal([Active, Active], await StatusesAsync(connection));
        var management = survivor.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        await HostProcess.PollAsync("the silos to see each other", async () => (await management.GetHosts(onlyActive: true, Token)).Count == 2);
        // Asked of each silo by a call to it.
        var statistics = await management.GetRuntimeStatistics([.. (await management.GetHosts(onlyActive: true, Token)).Keys], Token);
        Assert.Equal(2, statistics.Length);
        await AssertReadsThroughEitherAsync(survivor, victim);

        await victim.KillAsync();
        await HostProcess.PollAsync("the killed silo to be declared dead", async () => (await StatusesAsync(connection)).SequenceEqual([Active, Dead]));

        await using var successor = await HostProcess.StartAsync(environment);
        Assert.Equal([Active, Active], (await StatusesAsync(connection)).Where(status => status == Active));
        await AssertReadsThroughEitherAsync(survivor, successor);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*)::integer FROM OrleansMembershipVersionTable"));
    }

    [Fact]
    public async Task A_change_that_lost_the_race_changes_nothing()
    {
        await using var app = await DawsApp.StartAsync(Dialect.Postgres);
        var table = app.Services.GetRequiredService<IMembershipTable>();
        var before = await table.ReadAllAsync(Token);
        var (entry, etag) = Assert.Single(before.Members);
        var stale = before.Version;
        var newcomer = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 12345, 1),
            HostName = "newcomer",
            SiloName = "newcomer",
            Status = SiloStatus.Dead,
            StartTime = entry.StartTime,
            IAmAliveTime = entry.IAmAliveTime,
            SuspectTimes = [],
        };

        Assert.True(await table.InsertRowAsync(newcomer, stale.Next(), Token));
        Assert.False(await table.InsertRowAsync(newcomer, stale.Next().Next(), Token));
        Assert.False(await table.UpdateRowAsync(newcomer, etag, stale.Next(), Token));
        var after = await table.ReadAllAsync(Token);
        Assert.Equal((2, stale.Version + 1), (after.Members.Count, after.Version.Version));

        var row = await table.ReadRowAsync(newcomer.SiloAddress, Token);
        Assert.Equal((SiloStatus.Dead, "newcomer"), (Assert.Single(row.Members).Item1.Status, row.Members[0].Item1.HostName));
        var nobody = await table.ReadRowAsync(SiloAddress.New(System.Net.IPAddress.Loopback, 12345, 2), Token);
        Assert.Empty(nobody.Members);

        newcomer.IAmAliveTime = newcomer.IAmAliveTime.AddDays(-30);
        await table.UpdateIAmAliveAsync(newcomer, Token);
        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(entry.IAmAliveTime, TimeSpan.Zero).AddDays(-1), Token);
        var cleaned = await table.ReadAllAsync(Token);
        Assert.Equal(entry.SiloAddress, Assert.Single(cleaned.Members).Item1.SiloAddress);
        Assert.Equal(after.Version.Version, cleaned.Version.Version);
    }

    private static async Task<IEnumerable<int>> StatusesAsync(NpgsqlConnection connection) =>
        await connection.QueryAsync<int>("SELECT Status FROM OrleansMembershipTable ORDER BY Status");

    // Made through one and read through the other; their grains live on either.
    private static async Task AssertReadsThroughEitherAsync(DawsApp one, HostProcess other)
    {
        // In this order: the clock here stands months back, and who signs in forgets the sessions that ended a month ago.
        using var there = await other.SignInAsync();
        using var here = await one.SignInAsync();
        for (var i = 0; i < 6; i++)
        {
            using var made = await there.PostAsJsonAsync(
                "/v1/alerts", new { condition_json = new { type = "series", series_id = "VIX", op = ">", value = 30 } }, Token);
            var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
            Assert.Equal(System.Net.HttpStatusCode.Created, made.StatusCode);
            using var read = await here.GetAsync($"/v1/alerts/{id}", Token);
            Assert.True(read.IsSuccessStatusCode);
        }
    }
}
