using System.IO.Pipelines;

using Microsoft.AspNetCore.Connections;

namespace DawsOS.Http;

/// <summary>Reads whole bodies.</summary>
internal static class RequestBody
{
    /// <summary>The whole body, which then is at hand for whoever reads it again.</summary>
    /// <exception cref="OperationCanceledException">The time of the request is over.</exception>
    /// <exception cref="ClientGoneException">The rest of the body will never come.</exception>
    public static async Task<MemoryStream> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Body is MemoryStream read && read.TryGetBuffer(out _))
        {
            return read;
        }
        // Grows as bytes come, whatever length was announced; Kestrel ends it at the route's limit.
        var body = new MemoryStream();
        // Not by the token itself: a read that a token ends goes on for Kestrel, which logs a fault when it puts the request away.
        await using var giveUp = cancellationToken.Register(static body => ((PipeReader)body!).CancelPendingRead(), request.BodyReader);
        try
        {
            await request.BodyReader.CopyToAsync(body, CancellationToken.None);
        }
        // A connection was reset or a stream of HTTP/2 was; what the client did wrong is a BadHttpRequestException.
        catch (Exception e) when (e is ConnectionAbortedException or IOException and not BadHttpRequestException)
        {
            throw new ClientGoneException(e);
        }
        body.Position = 0;
        request.Body = body;
        return body;
    }
}

/// <summary>The client went in the middle of its request, which RequestAborted may not tell yet.</summary>
internal sealed class ClientGoneException(Exception inner) : Exception("The client is gone.", inner);
