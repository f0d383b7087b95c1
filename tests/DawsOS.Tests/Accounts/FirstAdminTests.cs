using System.Text.RegularExpressions;

using DawsOS.Harness;
using DawsOS.Hosting;
using DawsOS.Storage;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DawsOS.Accounts;

public sealed partial class FirstAdminTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("daws-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Without_a_given_password_a_random_one_is_printed_once_and_opens()
    {
        var first = await PrintedAsync();
        var line = Assert.Single(first.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var match = Printed().Match(line);
        Assert.True(match.Success, line);

        var second = await PrintedAsync(match.Groups[1].Value);

        Assert.Equal("", second);
    }

    [Fact]
    public async Task A_given_password_is_not_printed()
    {
        using var output = new StringWriter();
        await using var app = await DawsApp.StartAsync(replace: builder => builder.Services.AddSingleton<TextWriter>(output));
        using var client = await app.SignInAsync();

        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task Silos_that_start_at_once_make_one_admin_and_print_one_password()
    {
        var url = await PostgresServer.CreateDatabaseAsync();
        await using var database = new Database(DatabaseUrl.Parse(url));
        await new Migrator(database, TimeProvider.System).MigrateAsync(TestContext.Current.CancellationToken);
        var settings = Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = url,
            ["AUTH_JWT_SECRET"] = "a test secret of more than thirty-two bytes",
        }).Build());
        var users = new UserStore(database, TimeProvider.System);
        var passwords = new Passwords(new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 })));
        using var output = new StringWriter();
        await using var shared = TextWriter.Synchronized(output);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => new FirstAdmin(users, passwords, settings, shared).EnsureAsync(TestContext.Current.CancellationToken)));

        var (all, total) = await users.ListAsync(new Caller(Guid.Empty, Role.Admin), 10, 0, TestContext.Current.CancellationToken);
        Assert.Equal(1, total);
        var line = Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(passwords.Check(all[0], Printed().Match(line).Groups[1].Value).Matches);
    }

    private async Task<string> PrintedAsync(string? password = null)
    {
        using var output = new StringWriter();
        var settings = new Dictionary<string, string> { ["DAWSOS_DATA"] = _directory.FullName, ["DAWSOS_ADMIN_PASSWORD"] = "" };
        await using var app = await DawsApp.StartAsync(settings: settings, replace: builder => builder.Services.AddSingleton<TextWriter>(output));
        if (password is not null)
        {
            using var client = await app.SignInAsync(password: password);
        }
        return output.ToString();
    }

    [GeneratedRegex(@"^First ADMIN: sign in as admin@localhost with password (\w{20}) ")]
    private static partial Regex Printed();
}
