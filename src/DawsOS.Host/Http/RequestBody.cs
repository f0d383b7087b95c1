using System.IO.Pipelines;

using Microsoft.AspNetCore.Connections;

namespace DawsOS.Http;

/// <summary>Reads whole bodies.</summary>
internal static class RequestBody
{
    /// <exception cref="OperationCanceledException">The time of the request is over.</exception>
    /// <exception cref="ClientGoneException">The rest of the body will never come.</exception>
    public static async Task CopyToAsync(HttpRequest request, MemoryStream destination, CancellationToken cancellationToken)
    {
        // Not by the token itself: a read that a token ends goes on for Kestrel, which logs a fault when it puts the request away.
        await using var giveUp = cancellationToken.Register(static body => ((PipeReader)body!).CancelPendingRead(), request.BodyReader);
        try
        {
            await request.BodyReader.CopyToAsync(destination, CancellationToken.None);
        }
        // A connection was reset or a stream of HTTP/2 was; what the client did wrong is a BadHttpRequestException.
        catch (Exception e) when (e is ConnectionAbortedException or IOException and not BadHttpRequestException)
        {
            throw new ClientGoneException(e);
        }
    }
}

/// <summary>The client went in the middle of its request, which RequestAborted may not tell yet.</summary>
internal sealed class ClientGoneException(Exception inner) : Exception("The client is gone.", inner);
