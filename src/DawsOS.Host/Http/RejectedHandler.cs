using Microsoft.AspNetCore.Diagnostics;

namespace DawsOS.Http;

/// <summary>Turns every exception into one problem: mistakes with their code, outages as 503, bugs as 500 without internals; a client that is gone is none of them.</summary>
internal sealed partial class RejectedHandler(OutageLog outages, ILogger<RejectedHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ClientGoneException || httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads it, but it is counted.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            // Else Kestrel tries to read the rest of the body, cannot, and logs that as a fault.
            httpContext.Abort();
            return true;
        }
        switch (exception)
        {
            case RejectedException rejected:
                await ProblemWriter.WriteAsync(httpContext, rejected.Code, rejected.Message, rejected.Errors);
                break;
            case BadHttpRequestException bad:
                await ProblemWriter.WriteAsync(httpContext, ProblemCodes.ForStatus(bad.StatusCode), Sentence(bad));
                break;
            case DatabaseUnavailableException away:
                outages.Log(away.Message);
                await ProblemWriter.WriteAsync(httpContext, ProblemCodes.DatabaseUnavailable, Sentence(away), retryAfter: TimeSpan.FromSeconds(5));
                break;
            case SiloUnavailableException or OrleansMessageRejectionException:
                await ProblemWriter.WriteAsync(
                    httpContext, ProblemCodes.Overloaded, "The part of the cluster that has to answer cannot now. Repeat the request.", retryAfter: TimeSpan.FromSeconds(5));
                break;
            case TimeoutException:
                await ProblemWriter.WriteAsync(httpContext, ProblemCodes.Timeout, "The work took longer than allowed.");
                break;
            default:
                LogBug(exception, httpContext.TraceIdentifier);
                await ProblemWriter.WriteAsync(httpContext, ProblemCodes.InternalError, "Something broke; the log has it under this request_id.");
                break;
        }
        return true;
    }

    // Kestrel's names its own setting.
    private static string Sentence(BadHttpRequestException bad) => bad.StatusCode == StatusCodes.Status408RequestTimeout
        ? $"The body came with less than {KestrelLimits.BodyRate} bytes a second."
        : bad.Message;

    private static string Sentence(DatabaseUnavailableException away) => away.OutcomeUnknown
        ? "The database was lost just as this was being stored: whether it is stored is not known. Look before you repeat it."
        : "The database is away or does not answer; nothing was stored. Repeat the same request.";

    [LoggerMessage(LogLevel.Error, "Request {RequestId} broke")]
    private partial void LogBug(Exception exception, string requestId);
}
