using DawsOS.Canonical;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>Makes audit rows and appends them inside the transaction of what they tell.</summary>
internal static class Audit
{
    /// <summary>A row of what a caller did.</summary>
    public static AuditRow Of(Caller caller, string action, string resourceType, object resourceId, object? details, DateTimeOffset now) =>
        Of(caller.UserId, caller.Origin, action, resourceType, resourceId, details, now);

    /// <summary>A row of what somebody did who is not signed in, or DawsOS itself.</summary>
    public static AuditRow Of(Guid? userId, RequestOrigin? origin, string action, string resourceType, object resourceId, object? details, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        At = now,
        UserId = userId,
        Action = action,
        ResourceType = resourceType,
        ResourceId = $"{resourceId}",
        Details = details is null ? "{}" : CanonicalJson.Of(details).ToString(),
        RequestId = origin?.RequestId ?? "",
        IpAddress = origin?.Address ?? "",
        UserAgent = origin?.UserAgent ?? "",
    };

    /// <summary>Appends; a row that is there already is left alone.</summary>
    public static Task AppendAsync(Session session, params IEnumerable<AuditRow> rows) =>
        session.ExecuteAsync("accounts/insert_audit", new { rows = session.Rows(rows) });
}

/// <summary>What the audit can tell.</summary>
internal static class AuditActions
{
    public const string Login = "login";
    public const string LoginFailed = "login_failed";
    public const string LoginLocked = "login_locked";
    public const string RefreshReused = "refresh_reused";
    public const string EndSession = "end_session";
    public const string ChangePassword = "change_password";
    public const string ChangePasswordFailed = "change_password_failed";
    public const string CreateUser = "create_user";
    public const string ChangeUser = "change_user";
    public const string CreateKey = "create_api_key";
    public const string RevokeKey = "revoke_api_key";
    public const string CreateAlert = "create_alert";
    public const string ChangeAlert = "change_alert";
    public const string DeleteAlert = "delete_alert";
    public const string ExecutePattern = "execute_pattern";
    public const string ResetAgent = "reset_agent";
    public const string PutChannels = "put_channels";
    public const string RedriveDelivery = "redrive_delivery";
    public const string DiscardDelivery = "discard_delivery";
    public const string DeliveryExhausted = "delivery_exhausted";

    public static readonly IReadOnlyList<string> All =
    [
        Login, LoginFailed, LoginLocked, RefreshReused, EndSession, ChangePassword, ChangePasswordFailed, CreateUser, ChangeUser, CreateKey, RevokeKey,
        CreateAlert, ChangeAlert, DeleteAlert, ExecutePattern, ResetAgent, PutChannels, RedriveDelivery, DiscardDelivery, DeliveryExhausted,
    ];
}
