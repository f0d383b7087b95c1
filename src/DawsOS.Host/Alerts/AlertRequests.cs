using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Accounts;

namespace DawsOS.Alerts;

/// <summary>Channels as sent; what is not said keeps its default (in-app only).</summary>
internal sealed record ChannelsRequest
{
    public bool? Inapp { get; init; }

    public bool? Email { get; init; }

    public bool? Webhook { get; init; }
}

/// <summary>Body of POST /v1/alerts.</summary>
internal sealed record CreateAlertRequest
{
    public required JsonElement ConditionJson { get; init; }

    public string? Name { get; init; }

    public ChannelsRequest? Channels { get; init; }

    public bool? NotifyInapp { get; init; }

    public bool? NotifyEmail { get; init; }

    public decimal? CooldownHours { get; init; }

    public string? Mode { get; init; }

    public string? NoData { get; init; }

    public string? Severity { get; init; }

    public JsonElement? MessageTemplate { get; init; }

    public bool? IsActive { get; init; }
}

/// <summary>Body of PATCH /v1/alerts/{id}: any of them, at least one.</summary>
internal sealed record PatchAlertRequest
{
    public JsonElement? ConditionJson { get; init; }

    public string? Name { get; init; }

    public ChannelsRequest? Channels { get; init; }

    public bool? NotifyInapp { get; init; }

    public bool? NotifyEmail { get; init; }

    public decimal? CooldownHours { get; init; }

    public string? Mode { get; init; }

    public string? NoData { get; init; }

    public string? Severity { get; init; }

    public JsonElement? MessageTemplate { get; init; }

    public bool? IsActive { get; init; }
}

/// <summary>From the wire to commands; what is not built yet is refused, never accepted and ignored.</summary>
internal static class AlertRequests
{
    private const decimal DefaultCooldownHours = 24;

    public static CreateAlert ToCommand(CreateAlertRequest request, Caller caller)
    {
        RefuseWhatIsLater(request.Mode, request.NoData, request.MessageTemplate);
        var channels = Channels(request.Channels, request.NotifyInapp, request.NotifyEmail) ?? new AlertChannels(Inapp: true, Email: false, Webhook: false);
        return new CreateAlert(
            caller, request.ConditionJson.GetRawText(), request.Name, channels, request.CooldownHours ?? DefaultCooldownHours,
            request.Severity ?? "warning", request.IsActive ?? true);
    }

    public static PatchAlert ToCommand(PatchAlertRequest request, Caller caller)
    {
        if (request == new PatchAlertRequest())
        {
            throw new RejectedException(RejectionCodes.EmptyPatch, "The patch has no member; send at least one that is to change.");
        }
        RefuseWhatIsLater(request.Mode, request.NoData, request.MessageTemplate);
        return new PatchAlert(
            caller, request.ConditionJson?.GetRawText(), request.Name, Channels(request.Channels, request.NotifyInapp, request.NotifyEmail),
            request.CooldownHours, request.Severity, request.IsActive);
    }

    private static AlertChannels? Channels(ChannelsRequest? channels, bool? notifyInapp, bool? notifyEmail)
    {
        var legacy = notifyInapp is not null || notifyEmail is not null;
        if (channels is not null && legacy)
        {
            throw RejectedException.Validation(new FieldError("/channels", "Send either channels or notify_inapp/notify_email, not both."));
        }
        if (channels is not null)
        {
            return new AlertChannels(channels.Inapp ?? true, channels.Email ?? false, channels.Webhook ?? false);
        }
        return legacy ? new AlertChannels(notifyInapp ?? true, notifyEmail ?? false, Webhook: false) : null;
    }

    private static void RefuseWhatIsLater(string? mode, string? noData, JsonElement? messageTemplate)
    {
        var faults = ImmutableArray.CreateBuilder<FieldError>();
        if (mode is not (null or "level"))
        {
            faults.Add(new FieldError("/mode", mode == "cross" ? "The mode cross is not available yet; use level." : "A mode is level."));
        }
        if (noData is not (null or "keep"))
        {
            faults.Add(new FieldError("/no_data", noData is "ok" or "alert" or "notice" ? $"'{noData}' is not available yet; use keep." : "no_data is keep."));
        }
        if (messageTemplate is { ValueKind: not JsonValueKind.Null })
        {
            faults.Add(new FieldError("/message_template", "Message templates are not available yet."));
        }
        if (faults.Count > 0)
        {
            throw RejectedException.Validation(faults.ToImmutable());
        }
    }
}
