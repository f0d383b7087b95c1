using System.Security.Claims;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Http;

namespace DawsOS.Delivery;

/// <summary>How a user wants to be told, for themselves.</summary>
internal static class ChannelEndpoints
{
    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var channels = routes.MapGroup("/v1/me/channels").WithBodyLimit(KestrelLimits.SmallBody).WithTags("Channels").RequireAuthorization(Policies.Viewer);
        channels.MapGet("", async (ClaimsPrincipal user, UserChannelStore store, CancellationToken cancellationToken) =>
            ChannelsView.Of(await store.FindAsync(user.Caller(), cancellationToken)));
        channels.MapPut("", PutAsync).WithDescription(
            "Replaces all of it: a member left out takes its default (UTC, the login address, enabled). A null address is the login address.");
    }

    private static async Task<ChannelsView> PutAsync(
        JsonBody<ChannelsBody> body, HttpContext context, UserChannelStore store, CancellationToken cancellationToken) =>
        ChannelsView.Of(await store.PutAsync(context.User.Caller(), ToChange(body.Value), cancellationToken));

    private static ChannelsChange ToChange(ChannelsBody body)
    {
        var change = new ChannelsChange(body.TimeZone ?? UserChannels.DefaultTimeZone, body.Email?.Address, body.Email?.Enabled ?? true);
        FieldError[] faults =
        [
            .. Fault("/time_zone", UserChannelRules.TimeZoneFault(change.TimeZone)),
            .. Fault("/email/address", change.EmailAddress is { } address ? UserChannelRules.AddressFault(address) : null),
            // What is not built yet is refused, never accepted and ignored.
            .. Fault("/quiet_hours", IsGiven(body.QuietHours) ? "Quiet hours are not available yet." : null),
            .. Fault("/webhook", IsGiven(body.Webhook) ? "Webhooks are not available yet." : null),
        ];
        return faults.Length == 0 ? change : throw RejectedException.Validation([.. faults]);
    }

    private static bool IsGiven(JsonElement? member) => member is { ValueKind: not JsonValueKind.Null };

    private static IEnumerable<FieldError> Fault(string pointer, string? message) => message is null ? [] : [new FieldError(pointer, message)];
}

/// <summary>The body of <c>PUT /v1/me/channels</c>.</summary>
internal sealed record ChannelsBody
{
    public string? TimeZone { get; init; }

    public EmailChannelBody? Email { get; init; }

    public JsonElement? QuietHours { get; init; }

    public JsonElement? Webhook { get; init; }
}

/// <summary>Email as it is said.</summary>
internal sealed record EmailChannelBody
{
    public string? Address { get; init; }

    public bool? Enabled { get; init; }
}

/// <summary>A user's channels on the wire, with the address that is written to.</summary>
internal sealed record ChannelsView(string TimeZone, EmailChannelView Email)
{
    public static ChannelsView Of(UserChannels channels) => new(channels.TimeZone, new EmailChannelView(channels.EmailAddress, channels.EmailEnabled));
}

/// <summary>Email as it is answered.</summary>
internal sealed record EmailChannelView(string Address, bool Enabled);
