namespace DawsOS.Accounts;

/// <summary>Who did what, as it is appended to the audit; written in the transaction of what it tells.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="At">UTC.</param>
/// <param name="UserId">Who did it, or whom it concerns when DawsOS itself did.</param>
/// <param name="Action">A verb and its object, e.g. redrive_delivery.</param>
/// <param name="Subject">Kind and id of what it was done to.</param>
/// <param name="RequestId">Of the request; empty when there was none.</param>
/// <param name="Details">JSON without secrets.</param>
internal sealed record AuditRow(Guid Id, DateTimeOffset At, Guid UserId, string Action, string Subject, string RequestId, string Details);
