namespace DawsOS.Hosting;

/// <summary>
/// Ends the process when a stop takes too long: Orleans goes on telling its membership table that this silo leaves, for minutes when the database
/// is away. Nothing is lost by it: every effect has its row before, and the others see a silo that is dead.
/// </summary>
internal sealed partial class ShutdownLimit : IDisposable
{
    /// <summary>Longer than a request may take, shorter than what ends a container that does not stop.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _ended = new();

    private ShutdownLimit()
    {
    }

    public static IDisposable Watch(WebApplication app)
    {
        var limit = new ShutdownLimit();
        app.Lifetime.ApplicationStopping.Register(() => _ = limit.WaitAsync(app.Logger));
        return limit;
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task WaitAsync(ILogger logger)
    {
        try
        {
            // The system's clock: this guards the process, not its work.
            await Task.Delay(Limit, TimeProvider.System, _ended.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        LogTooLong(logger, Limit.TotalSeconds);
        Environment.Exit(1);
    }

    [LoggerMessage(LogLevel.Warning, "The stop took longer than {Seconds} s, probably because the database is away: the process ends now.")]
    private static partial void LogTooLong(ILogger logger, double seconds);
}
