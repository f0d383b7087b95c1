using System.Text.Json;

using DawsOS.Accounts;

namespace DawsOS.Alerts;

/// <summary>Channels as sent; what is not said has its default in a new alert (in-app only), and stays as it is in another.</summary>
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

    public string? MessageTemplate { get; init; }

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

    public string? MessageTemplate { get; init; }

    public bool? IsActive { get; init; }
}

/// <summary>From the wire to commands.</summary>
internal static class AlertRequests
{
    public static CreateAlert ToCommand(CreateAlertRequest request, Caller caller) => new(
        caller, request.ConditionJson.GetRawText(), request.Name, Channels(request.Channels, request.NotifyInapp, request.NotifyEmail),
        request.CooldownHours, request.Severity, request.IsActive ?? true, request.Mode ?? "level", request.NoData ?? "keep", request.MessageTemplate);

    public static PatchAlert ToCommand(PatchAlertRequest request, Caller caller)
    {
        if (request == new PatchAlertRequest())
        {
            throw new RejectedException(
                RejectionCodes.EmptyPatch, "The patch changes nothing: send at least one member that is not null. An empty message_template brings back the type's own message.");
        }
        return new PatchAlert(
            caller, request.ConditionJson?.GetRawText(), request.Name, Said(request.Channels, request.NotifyInapp, request.NotifyEmail),
            request.CooldownHours, request.Severity, request.IsActive, request.Mode, request.NoData, request.MessageTemplate);
    }

    private static AlertChannels? Channels(ChannelsRequest? channels, bool? notifyInapp, bool? notifyEmail) =>
        Said(channels, notifyInapp, notifyEmail) is { } said ? new AlertChannels(said.Inapp ?? true, said.Email ?? false, said.Webhook ?? false) : null;

    private static ChannelsPatch? Said(ChannelsRequest? channels, bool? notifyInapp, bool? notifyEmail)
    {
        var legacy = notifyInapp is not null || notifyEmail is not null;
        if (channels is not null && legacy)
        {
            throw RejectedException.Validation(new FieldError("/channels", "Send either channels or notify_inapp/notify_email, not both."));
        }
        return channels is not null ? new ChannelsPatch(channels.Inapp, channels.Email, channels.Webhook)
            : legacy ? new ChannelsPatch(notifyInapp, notifyEmail, Webhook: null)
            : null;
    }
}
