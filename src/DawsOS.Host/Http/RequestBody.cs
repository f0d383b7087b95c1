using System.IO.Pipelines;

namespace DawsOS.Http;

/// <summary>Reads whole bodies.</summary>
internal static class RequestBody
{
    /// <exception cref="OperationCanceledException">The time of the request is over.</exception>
    public static async Task CopyToAsync(HttpRequest request, Stream destination, CancellationToken cancellationToken)
    {
        // Not by the token itself: a read that a token ends goes on for Kestrel, which logs a fault when it puts the request away.
        await using var giveUp = cancellationToken.Register(static body => ((PipeReader)body!).CancelPendingRead(), request.BodyReader);
        await request.BodyReader.CopyToAsync(destination, CancellationToken.None);
    }
}
