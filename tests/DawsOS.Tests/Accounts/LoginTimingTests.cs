using System.Diagnostics;
using System.Net;

using DawsOS.Harness;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

public sealed class LoginTimingTests
{
    private const int Rounds = 9;

    [Fact]
    public async Task A_refused_login_takes_as_long_whatever_the_reason()
    {
        await using var app = await DawsApp.StartAsync(replace: builder =>
            builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = Passwords.Iterations));
        var (_, wrong) = await app.NewUserAsync("USER");
        var (inactiveId, inactive) = await app.NewUserAsync("USER");
        await app.PatchUserAsync(inactiveId, new { is_active = false });
        var (_, locked) = await app.NewUserAsync("USER");
        for (var failure = 0; failure < 5; failure++)
        {
            await TimeAsync(app, locked, "wrong password");
        }

        // In turn, so that whatever slows the machine slows all of them.
        var kinds = new (string Email, string Password)[]
        {
            (wrong, "wrong password"), ("nobody@example.test", "wrong password"), ("no address", "wrong password"), (inactive, AccountCalls.Password),
            (locked, AccountCalls.Password), (locked, "wrong password"),
        };
        var times = kinds.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                times[kind].Add(await TimeAsync(app, kinds[kind].Email, kinds[kind].Password));
            }
            // Its five failures must not lock the first account: that is another kind.
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            using var good = await app.LoginAsync(wrong, AccountCalls.Password);
            await good.JsonAsync(HttpStatusCode.OK);
        }

        // A refusal that hashes no password takes a thirtieth of one that does.
        var medians = times.Select(list => list.Order().ElementAt(Rounds / 2)).ToList();
        Assert.True(medians.Min() > medians.Max() / 2, $"Medians in ms: {string.Join(", ", kinds.Zip(medians, (kind, ms) => $"{kind.Email}/{kind.Password}: {ms:0.0}"))}");
    }

    private static async Task<double> TimeAsync(DawsApp app, string email, string password)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await app.LoginAsync(email, password);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return elapsed.TotalMilliseconds;
    }
}
