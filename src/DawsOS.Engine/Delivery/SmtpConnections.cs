using MailKit.Net.Smtp;
using MailKit.Security;

namespace DawsOS.Delivery;

/// <summary>Connections to the mail server, made when they are needed and kept for the next message. No more than <see cref="EmailOptions.Slots"/> are ever open.</summary>
internal sealed class SmtpConnections : IDisposable
{
    // Servers close resting connections, usually after minutes.
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly EmailOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _slots;
    private readonly ITimer _sweep;

    // Guards what follows.
    private readonly Lock _gate = new();

    // The longest resting first; the last is taken first, so that a few senders keep few connections.
    private readonly List<(SmtpClient Client, long Since)> _resting = [];
    private bool _isDisposed;

    public SmtpConnections(EmailOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _slots = new SemaphoreSlim(options.Slots);
        _sweep = clock.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many are kept for the next message.</summary>
    public int Resting
    {
        get
        {
            lock (_gate)
            {
                return _resting.Count;
            }
        }
    }

    /// <summary>One that rested, or a new one that is signed in. To be given back, or dropped.</summary>
    public async Task<(SmtpClient Client, bool IsReused)> RentAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            Sweep();
            return TakeRested() is { } rested ? (rested, true) : (await ConnectAsync(cancellationToken), false);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    /// <summary>Gives one back that works.</summary>
    public void Return(SmtpClient client)
    {
        lock (_gate)
        {
            if (_isDisposed || !client.IsConnected)
            {
                client.Dispose();
            }
            else
            {
                _resting.Add((client, _clock.GetTimestamp()));
                _sweep.Change(LongestRest, Timeout.InfiniteTimeSpan);
            }
        }
        _slots.Release();
    }

    /// <summary>Gives one back that nobody shall use again.</summary>
    public void Drop(SmtpClient client)
    {
        client.Dispose();
        _slots.Release();
    }

    // The semaphore is left alone: a send that the stop cut off still gives its place back.
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _resting.ForEach(resting => resting.Client.Dispose());
            _resting.Clear();
        }
        _sweep.Dispose();
    }

    private SmtpClient? TakeRested()
    {
        lock (_gate)
        {
            if (_resting.Count == 0)
            {
                return null;
            }
            var (client, _) = _resting[^1];
            _resting.RemoveAt(_resting.Count - 1);
            return client;
        }
    }

    // Also called by the timer when nobody has sent anything for that long.
    private void Sweep()
    {
        lock (_gate)
        {
            var fresh = _resting.FindIndex(resting => _clock.GetElapsedTime(resting.Since) < LongestRest);
            var stale = fresh < 0 ? _resting.Count : fresh;
            _resting[..stale].ForEach(resting => resting.Client.Dispose());
            _resting.RemoveRange(0, stale);
        }
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var client = new SmtpClient();
        try
        {
            if (_options.TrustRoots is { } roots)
            {
                client.CheckCertificateRevocation = false;
                client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => SmtpTrust.IsTrusted(certificate, chain, errors, roots);
            }
            await client.ConnectAsync(_options.Host!, _options.Port, SocketOptions(_options.Security), cancellationToken);
            if (_options.User is not null)
            {
                await client.AuthenticateAsync(_options.User, _options.Password ?? "", cancellationToken);
            }
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static SecureSocketOptions SocketOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };
}
