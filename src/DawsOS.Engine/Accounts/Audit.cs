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
        Credential = origin?.Credential ?? "",
    };

    /// <summary>Appends; a row that is there already is left alone.</summary>
    public static Task AppendAsync(Session session, params IEnumerable<AuditRow> rows) =>
        session.ExecuteAsync("accounts/insert_audit", new { rows = session.Rows(rows) });
}
