using System.Net;

using DawsOS.Harness;
using DawsOS.Hosting;
using DawsOS.Storage;

namespace DawsOS.Accounts;

public sealed class SecretRotationTests
{
    private const string Old = "the old secret of more than thirty-two bytes";
    private const string New = "the new secret of more than thirty-two bytes";

    [Fact]
    public async Task Tokens_of_the_replaced_secret_open_while_it_is_named_and_not_after()
    {
        await using var before = await DawsApp.StartAsync(Dialect.Postgres, new Dictionary<string, string> { ["AUTH_JWT_SECRET"] = Old });
        using var client = await before.SignInAsync();
        var token = client.DefaultRequestHeaders.Authorization!.Parameter!;
        await using var during = await SiloAsync(before, new() { ["AUTH_JWT_SECRET"] = New, ["AUTH_JWT_SECRET_PREVIOUS"] = Old });
        await using var after = await SiloAsync(before, new() { ["AUTH_JWT_SECRET"] = New });

        using var overlap = await during.GetAsync("/auth/me", token);
        await overlap.JsonAsync(HttpStatusCode.OK);
        using var over = await after.GetAsync("/auth/me", token);
        await over.ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        using var renewed = await during.SignInAsync();
        using var signedNew = await after.GetAsync("/auth/me", renewed.DefaultRequestHeaders.Authorization!.Parameter!);
        await signedNew.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_silo_that_knows_the_next_secret_opens_what_the_one_restarted_before_it_signs()
    {
        await using var prepared = await DawsApp.StartAsync(
            Dialect.Postgres, new Dictionary<string, string> { ["AUTH_JWT_SECRET"] = Old, ["AUTH_JWT_SECRET_PREVIOUS"] = New });
        await using var exchanged = await SiloAsync(prepared, new() { ["AUTH_JWT_SECRET"] = New, ["AUTH_JWT_SECRET_PREVIOUS"] = Old });
        foreach (var (signs, opens) in new[] { (prepared, exchanged), (exchanged, prepared) })
        {
            using var client = await signs.SignInAsync();
            using var answer = await opens.GetAsync("/auth/me", client.DefaultRequestHeaders.Authorization!.Parameter!);
            await answer.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("AUTH_JWT_SECRET", "0123456789")]
    [InlineData("AUTH_JWT_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AUTH_JWT_SECRET_PREVIOUS", "0123456789")]
    [InlineData("AUTH_JWT_SECRET_PREVIOUS", New)]
    [InlineData("DAWSOS_ADMIN_PASSWORD", "passwordpassword")]
    public void A_secret_that_can_be_guessed_stops_the_start(string variable, string value)
    {
        var refusal = Assert.Throws<StartupException>(() => DawsHost.ReadSettings([$"--AUTH_JWT_SECRET={New}", $"--{variable}={value}"]));

        Assert.StartsWith($"{variable}: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<DawsApp> SiloAsync(DawsApp of, Dictionary<string, string> settings)
    {
        settings["DATABASE_URL"] = of.DatabaseUrl!;
        return DawsApp.StartAsync(Dialect.Postgres, settings);
    }
}
