namespace DawsOS.Accounts;

/// <summary>Email and password → the user, for the API and for the form.</summary>
internal sealed partial class SignIn(UserStore users, Passwords passwords, ILogger<SignIn> logger)
{
    /// <summary>Never says which of the two was wrong, nor whether the account is active.</summary>
    public const string Failure = "The email or the password is wrong.";

    /// <summary>Null when they do not open an active account, whatever the reason.</summary>
    public async Task<User?> TryAsync(string email, string password, CancellationToken cancellationToken)
    {
        // An address that cannot be stored is no user's; the databases are not asked for it (Postgres refuses NUL).
        var user = AccountRules.EmailFault(email) is null ? await users.FindByEmailAsync(AccountRules.NormaliseEmail(email), cancellationToken) : null;
        var (matches, newHash) = passwords.Check(user, password);
        if (!matches || user is not { IsActive: true })
        {
            return null;
        }
        await users.RecordLoginAsync(user, newHash, cancellationToken);
        LogSignedIn(user.Id);
        return user;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} signed in")]
    private partial void LogSignedIn(Guid userId);
}
