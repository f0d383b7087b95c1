using System.Globalization;

namespace DawsOS.Demo;

/// <summary>What the demo shows of a firing at the end.</summary>
/// <param name="Alert">Name of the alert.</param>
/// <param name="FiredAt">UTC.</param>
/// <param name="Notification">Text that reached the user.</param>
/// <param name="Inapp">From sending the observation to having read the notification back.</param>
/// <param name="Email">From sending the observation to the arrival of the mail; null = it has not arrived.</param>
/// <param name="RetryAt">When the mail is tried again; null = it arrived.</param>
internal sealed record DemoFiring(
    string Alert, DateTimeOffset FiredAt, string Notification, TimeSpan Inapp, TimeSpan? Email, DateTimeOffset? RetryAt)
{
    public static readonly IReadOnlyList<string> Head = ["Alert", "Fired at (UTC)", "Notification", "In-app", "Email"];

    public IReadOnlyList<string> Row() =>
        [Alert, FiredAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), Notification, Delivered(Inapp), EmailCell];

    private string EmailCell => Email is { } time ? Delivered(time) : string.Create(CultureInfo.InvariantCulture, $"failed, retry at {RetryAt:HH:mm:ss} UTC");

    private static string Delivered(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"delivered, {time.TotalMilliseconds:0.0} ms");
}
