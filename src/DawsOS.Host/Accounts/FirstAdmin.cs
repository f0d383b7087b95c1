using DawsOS.Hosting;

namespace DawsOS.Accounts;

/// <summary>Makes the first ADMIN when there are no users. Several silos may try at once: one makes it.</summary>
internal sealed class FirstAdmin(UserStore users, Passwords passwords, Settings settings, TextWriter output)
{
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (await users.AnyAsync(cancellationToken))
        {
            return;
        }
        var password = settings.AdminPassword ?? Passwords.Generate();
        var email = AccountRules.NormaliseEmail(settings.AdminEmail);
        var made = await users.CreateFirstAsync(email, passwords.Hash(password), Role.Admin, cancellationToken);
        if (made is not null && settings.AdminPassword is null)
        {
            // To the terminal only: a log is kept and shipped.
            await output.WriteLineAsync($"First ADMIN: sign in as {email} with password {password} (shown only now; DAWSOS_ADMIN_PASSWORD sets your own).");
        }
    }
}
