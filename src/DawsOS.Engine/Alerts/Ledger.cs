using System.Collections.Immutable;

using DawsOS.Delivery;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>What must be known beyond the condition before an alert may fire.</summary>
/// <param name="FiringsOnEvidence">Firings of this rule version on the newest leaf change.</param>
/// <param name="Channels">Every selected channel's verdict.</param>
/// <param name="Day">The user's day.</param>
/// <param name="Message">What would be delivered.</param>
/// <param name="Hash">Its fingerprint.</param>
internal sealed record LedgerEntry(int FiringsOnEvidence, ImmutableArray<ChannelVerdict> Channels, LocalDay Day, string Message, string Hash)
{
    /// <summary>Of an alert that fires in no case.</summary>
    public static readonly LedgerEntry Unasked = new(0, [], LocalDay.Of(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc), "", "");
}

/// <summary>Asks users' channels and the delivery ledger, for many alerts at once.</summary>
internal static class Ledger
{
    public static async Task<Dictionary<Guid, LedgerEntry>> ReadAsync(
        Session session, EmailOptions email, IReadOnlyList<Evaluated> asked, List<EvaluationError> failed, DateTimeOffset now)
    {
        if (asked.Count == 0)
        {
            return [];
        }
        var users = await UserChannelStore.ReadAsync(session, asked.Select(e => e.Alert.UserId));
        var names = await PortfolioNamesAsync(session, asked);
        var drafts = new List<Draft>(asked.Count);
        foreach (var e in asked)
        {
            try
            {
                drafts.Add(Draft.Of(e, users[e.Alert.UserId], names, now));
            }
            catch (Exception fault)
            {
                failed.Add(new EvaluationError(e.Alert.Id, e.Alert.ConditionType, now, fault.Message));
            }
        }
        // Who never fired has nothing in the ledger.
        var facts = await FactsAsync(session, [.. drafts.Where(draft => draft.What.Alert.LastFiredAt is not null)], now);
        return drafts.ToDictionary(draft => draft.What.Alert.Id, draft => draft.Enter(email, facts));
    }

    private static async Task<Dictionary<(Guid, string), FactsRow>> FactsAsync(Session session, IReadOnlyList<Draft> drafts, DateTimeOffset now)
    {
        if (drafts.Count == 0)
        {
            return [];
        }
        var rows = drafts.SelectMany(draft => draft.What.Alert.SelectedChannels().Select(channel => new
        {
            AlertId = draft.What.Alert.Id,
            draft.What.Alert.RuleVersion,
            IngestId = draft.What.Evaluation.EvidenceId,
            Channel = channel,
            ContentHash = draft.Hash,
            Day = draft.Day.Date,
        }));
        var found = await session.QueryAsync<FactsRow>(
            "alerts/read_ledger_facts", new { rows = session.Rows(rows), since = now - ChannelRules.ContentWindow });
        return found.ToDictionary(row => (row.AlertId, row.Channel));
    }

    private static async Task<Dictionary<string, string>> PortfolioNamesAsync(Session session, IReadOnlyList<Evaluated> asked)
    {
        var ids = asked.SelectMany(e => e.Condition.Leaves).Where(leaf => leaf.Type == "metric").Select(leaf => leaf.Subject).Distinct().ToList();
        return ids.Count == 0
            ? []
            : (await session.QueryAsync<NameRow>("series/read_portfolio_names", new { ids = session.Rows(ids) })).ToDictionary(row => row.Id.ToString("D"), row => row.Name);
    }

    // What an alert would deliver, before it is known whether it may.
    private sealed record Draft(Evaluated What, UserChannels User, LocalDay Day, string Message, string Hash)
    {
        public static Draft Of(Evaluated e, UserChannels user, Dictionary<string, string> names, DateTimeOffset now)
        {
            var cause = AlertRules.CauseOf(e.Alert, e.Evaluation)
                ?? (e.Evaluation.Truth is null ? AlertRules.NoData : AlertRules.Condition);
            var message = AlertTexts.Message(e.Alert, e.Condition, e.Evaluation, cause, names.GetValueOrDefault);
            return new Draft(
                e, user, LocalDay.Of(now, Zone(user.TimeZone)), message,
                DeliveryRules.ContentHash(e.Alert.ConditionJson, message, e.Alert.UserId.ToString("D")));
        }

        // A zone that this machine does not know must not keep an alert from firing.
        private static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

        public LedgerEntry Enter(EmailOptions email, Dictionary<(Guid, string), FactsRow> facts)
        {
            var firings = 0;
            var verdicts = ImmutableArray.CreateBuilder<ChannelVerdict>(2);
            foreach (var channel in What.Alert.SelectedChannels())
            {
                var known = facts.GetValueOrDefault((What.Alert.Id, channel));
                firings = (int)(known?.Firings ?? 0);
                verdicts.Add(ChannelRules.Judge(
                    channel, channel == DeliveryRules.Email ? ChannelRules.EmailFault(email.IsConfigured, User) : null,
                    new ChannelFacts(known?.SameContentAt, known?.AcceptedToday > 0), Day));
            }
            return new LedgerEntry(firings, verdicts.DrainToImmutable(), Day, Message, Hash);
        }
    }

    private sealed record FactsRow
    {
        public Guid AlertId { get; init; }

        public string Channel { get; init; } = "";

        public long Firings { get; init; }

        public DateTimeOffset? SameContentAt { get; init; }

        public long AcceptedToday { get; init; }
    }

    private sealed record NameRow
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";
    }
}
