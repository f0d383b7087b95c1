UPDATE users SET failed_login_attempts = @FailedLoginAttempts, locked_until = @LockedUntil WHERE id = @Id
