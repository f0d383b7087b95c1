using System.Net;

using DawsOS.Harness;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DawsOS.Accounts;

public sealed class PasswordTests
{
    [Fact]
    public async Task A_weaker_hash_is_replaced_at_the_next_login()
    {
        await using var app = await DawsApp.StartAsync();
        var users = app.Services.GetRequiredService<UserStore>();
        await users.CreateAsync(new Caller(Guid.Empty, Role.Admin), "old@example.test", Hasher(500).HashPassword(new User(), AccountCalls.Password), Role.User, TestContext.Current.CancellationToken);
        var before = await users.FindByEmailAsync("old@example.test", TestContext.Current.CancellationToken);

        using var first = await app.SignInAsync("old@example.test");
        var after = await users.FindByEmailAsync("old@example.test", TestContext.Current.CancellationToken);
        using var second = await app.SignInAsync("old@example.test");
        var later = await users.FindByEmailAsync("old@example.test", TestContext.Current.CancellationToken);

        Assert.NotEqual(before!.PasswordHash, after!.PasswordHash);
        Assert.Equal(after.PasswordHash, later!.PasswordHash);
    }

    [Fact]
    public void Hashes_have_the_iterations_that_are_recommended()
    {
        var services = new ServiceCollection();
        services.AddAccounts();
        using var provider = services.BuildServiceProvider();

        Assert.Equal(210_000, provider.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount);
    }

    [Theory]
    [InlineData("492817365019")]
    [InlineData("!?+-*/=%&$()")]
    [InlineData("\ud83d\ude42\ud83d\ude43\ud83d\ude42\ud83d\ude42\ud83d\ude43\ud83d\ude43")]
    public async Task A_password_may_be_without_letters(string password)
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();

        await admin.CallAsync("/auth/users", new { email = "digits@example.test", password, role = "USER" }, HttpStatusCode.Created);

        using var user = await app.SignInAsync("digits@example.test", password);
        await user.GetAsync("/auth/me", HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_key_ring_is_written_anywhere()
    {
        await using var app = await DawsApp.StartAsync();

        Assert.IsType<EphemeralDataProtectionProvider>(app.Services.GetRequiredService<IDataProtectionProvider>());
        Assert.DoesNotContain(
            app.Services.GetServices<IHostedService>(), service => service.GetType().FullName!.Contains("DataProtection", StringComparison.Ordinal));
    }

    private static PasswordHasher<User> Hasher(int iterations) => new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
}
