namespace DawsOS.Accounts;

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
