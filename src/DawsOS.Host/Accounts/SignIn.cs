namespace DawsOS.Accounts;

/// <summary>Email and password → a session, for the API and for the form.</summary>
internal sealed partial class SignIn(UserStore users, LoginStore logins, Passwords passwords, ILogger<SignIn> logger)
{
    /// <summary>Never says which of the two was wrong, nor whether the account is active or locked.</summary>
    public const string Failure = "The email or the password is wrong.";

    /// <summary>Null when they do not open an active account, whatever the reason; each way there hashes once and writes once.</summary>
    public async Task<SessionStart?> TryAsync(string email, string password, string kind, RequestOrigin origin, CancellationToken cancellationToken)
    {
        // An address that cannot be stored is no user's; the databases are not asked for it (Postgres refuses NUL).
        var user = AccountRules.EmailFault(email) is null ? await users.FindByEmailAsync(AccountRules.NormaliseEmail(email), cancellationToken) : null;
        var (matches, newHash) = passwords.Check(user, password);
        if (!matches || user is not { IsActive: true })
        {
            if (await logins.FailAsync(user, origin, cancellationToken))
            {
                LogLocked(user!.Id);
            }
            return null;
        }
        var start = await logins.BeginAsync(user, newHash, again => passwords.Check(again, password).Matches, kind, origin, cancellationToken);
        if (start is not null)
        {
            LogSignedIn(user.Id);
        }
        return start;
    }

    [LoggerMessage(LogLevel.Information, "User {UserId} signed in")]
    private partial void LogSignedIn(Guid userId);

    [LoggerMessage(LogLevel.Warning, "User {UserId} is locked for half an hour: too many wrong passwords")]
    private partial void LogLocked(Guid userId);
}
