using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Delivery;

/// <summary>Commits notifications as a firing does, without one.</summary>
internal static class StreamedRows
{
    public static Task AddAsync(DawsApp app, Guid userId, params string[] messages)
    {
        var now = app.Clock.GetUtcNow();
        // Within one transaction ids decide: they are given in the order of the messages.
        var rows = messages.Select(_ => Guid.CreateVersion7(now)).Order().Zip(messages, (id, message) => new NotificationRow(id, userId, null, null, message, now, null)).ToList();
        return app.Services.GetRequiredService<Database>().WriteAsync(
            As.Job, session => session.ExecuteAsync("delivery/insert_notifications", new { rows = session.Rows(rows) }), TestContext.Current.CancellationToken);
    }
}
