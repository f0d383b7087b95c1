using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>Reads the audit, and appends to it what has no transaction of its own.</summary>
internal sealed class AuditStore(Database database)
{
    /// <summary>Newest first; own rows, an ADMIN's all.</summary>
    public Task<(IReadOnlyList<AuditRow> Items, long Total)> ListAsync(Caller caller, AuditFilter filter, CancellationToken cancellationToken)
    {
        var args = new
        {
            userId = caller.UserId,
            all = caller.Role == Role.Admin,
            ofUser = filter.UserId,
            action = filter.Action,
            from = filter.From,
            to = filter.To,
            limit = filter.Limit,
            offset = filter.Offset,
        };
        return database.ReadAsync(
            As.User(caller), async session => (await session.QueryAsync<AuditRow>("accounts/list_audit", args), await session.FirstAsync<long>("accounts/count_audit", args)),
            cancellationToken);
    }

    public Task AppendAsync(AuditRow row, CancellationToken cancellationToken) => database.WriteAsync(
        As.Job, async session =>
        {
            await Audit.AppendAsync(session, row);
            return true;
        },
        cancellationToken);
}

/// <summary>Which rows are listed; an empty action and a null user = all.</summary>
internal sealed record AuditFilter(Guid? UserId, string Action, DateTimeOffset From, DateTimeOffset To, int Limit, int Offset);
