using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using MimeKit;

namespace DawsOS.Demo;

/// <summary>Where in its talk with a client a sink can be told to do something else than take the mail.</summary>
internal enum SinkStage
{
    Greeting,
    Authentication,
    Sender,
    Recipient,
    Data,

    /// <summary>The client takes back what it began, as it does after a refusal.</summary>
    Reset,

    /// <summary>The whole message is there; it counts as received unless it is refused.</summary>
    Content,
}

/// <summary>What a sink does instead: answers that line, drops the connection, says nothing any more, or goes on only later.</summary>
internal sealed record SinkFault(string? Reply, Task? Until = null)
{
    public static readonly SinkFault Drop = new("");
    public static readonly SinkFault Hang = new((string?)null);

    public static SinkFault Hold(Task until) => new(null, until);
}

/// <summary>
/// A mail server that keeps what it gets: for the demo without one, and for tests, which make it fail. Loopback only; RFC 5321 as far as a client needs
/// it. What it received outlives a stop, and a start listens on the same port.
/// </summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<MimeMessage> _received = [];
    private readonly ConcurrentQueue<string> _recipients = [];
    private readonly ConcurrentDictionary<TcpClient, Task> _clients = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _told;
    private CancellationTokenSource _stop = new();
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private Task _accepting = Task.CompletedTask;

    public MailSink() => Start();

    public int Port { get; private set; }

    public IReadOnlyList<MimeMessage> Received => [.. _received];

    /// <summary>Whom clients named, as they wrote it, whatever was answered.</summary>
    public IReadOnlyList<string> Recipients => [.. _recipients];

    /// <summary>Connections it has taken so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Asked at every stage; null = all goes well.</summary>
    public Func<SinkStage, SinkFault?> Fault { get; set; } = _ => null;

    /// <summary>With it TLS is offered, or spoken from the first byte on when <see cref="IsImplicit"/>.</summary>
    public X509Certificate2? Certificate { get; init; }

    public bool IsImplicit { get; init; }

    /// <summary>Who alone may send; null = anybody, signed in or not.</summary>
    public (string User, string Password)? Account { get; init; }

    /// <summary>The ways to sign in that it offers.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN";

    /// <summary>The first message that it did not give out before, once it is there.</summary>
    public async Task<MimeMessage> NextAsync(CancellationToken cancellationToken)
    {
        await _arrived.WaitAsync(cancellationToken);
        return _received.ElementAt(Interlocked.Increment(ref _told) - 1);
    }

    /// <summary>All messages, once there are so many.</summary>
    public async Task<IReadOnlyList<MimeMessage>> ReceivedAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before they are counted, so that none is missed.
            var more = Volatile.Read(ref _more).Task;
            if (_received.Count >= count)
            {
                return Received;
            }
            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Listens again after a stop, on the same port.</summary>
    public void Start()
    {
        _stop = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <summary>Refuses connections from now on and drops those that are open.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_clients.Values);
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener.Server.IsBound)
        {
            await StopAsync();
        }
        _arrived.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(cancellationToken);
                Connections++;
                _clients[client] = TalkAsync(client, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped; InvalidOperationException when that came just before the call.
        }
    }

    private async Task TalkAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                if (IsImplicit)
                {
                    stream = await EncryptAsync(stream, cancellationToken);
                }
                using var conversation = new Conversation(this, stream, cancellationToken);
                await conversation.RunAsync();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The client went, or the sink was stopped.
        }
        finally
        {
            _clients.TryRemove(client, out _);
        }
    }

    private async Task<SslStream> EncryptAsync(Stream stream, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, cancellationToken);
        return encrypted;
    }

    private void Keep(byte[] content)
    {
        _received.Enqueue(MimeMessage.Load(new MemoryStream(content)));
        _arrived.Release();
        Interlocked.Exchange(ref _more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private sealed class Conversation(MailSink sink, Stream stream, CancellationToken cancellationToken) : IDisposable
    {
        // One byte is one character, so that content goes through unchanged.
        private StreamReader _reader = new(stream, Encoding.Latin1);
        private Stream _stream = stream;
        private bool _isEncrypted = sink.IsImplicit;
        private bool _isSignedIn = sink.Account is null;

        public async Task RunAsync()
        {
            if (!await AnswerAsync(SinkStage.Greeting, "220 sink ready"))
            {
                return;
            }
            while (await _reader.ReadLineAsync(cancellationToken) is { } line && await CommandAsync(line))
            {
            }
        }

        public void Dispose() => _reader.Dispose();

        // False ends the conversation.
        private async Task<bool> CommandAsync(string line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    return await SayAsync($"250-sink\r\n250-8BITMIME\r\n250 {(sink.Certificate is not null && !_isEncrypted ? "STARTTLS" : $"AUTH {sink.Mechanisms}")}");
                case "STARTTLS":
                    await SayAsync("220 go ahead");
                    _stream = await sink.EncryptAsync(_stream, cancellationToken);
                    (_reader, _isEncrypted) = (new StreamReader(_stream, Encoding.Latin1), true);
                    return true;
                case "AUTH":
                    return await SignInAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                case "MAIL":
                    return _isSignedIn ? await AnswerAsync(SinkStage.Sender, "250 ok") : await SayAsync("530 sign in first");
                case "RCPT":
                    sink._recipients.Enqueue(line.Split('<', '>').ElementAtOrDefault(1) ?? "");
                    return await AnswerAsync(SinkStage.Recipient, "250 ok");
                case "DATA":
                    return await DataAsync();
                case "QUIT":
                    await SayAsync("221 bye");
                    return false;
                case "RSET":
                    return await AnswerAsync(SinkStage.Reset, "250 ok");
                case "NOOP":
                    return await SayAsync("250 ok");
                default:
                    return await SayAsync("500 what?");
            }
        }

        // PLAIN says all at once, with the command or when it is asked to; LOGIN is asked for one after the other.
        private async Task<bool> SignInAsync(string[] command)
        {
            var isPlain = command.ElementAtOrDefault(1)?.ToUpperInvariant() == "PLAIN";
            var said = isPlain
                ? (command.ElementAtOrDefault(2) is { } initial ? Decode(initial) : await PromptAsync("")).Split('\0')
                : ["", await PromptAsync("Username:"), await PromptAsync("Password:")];
            _isSignedIn = sink.Account is not (var user, var password) || said is [_, var someone, var theirs] && (someone, theirs) == (user, password);
            return _isSignedIn ? await AnswerAsync(SinkStage.Authentication, "235 welcome") : await SayAsync("535 wrong user or password");
        }

        private async Task<string> PromptAsync(string question)
        {
            await SayAsync($"334 {Convert.ToBase64String(Encoding.UTF8.GetBytes(question))}");
            return Decode(await _reader.ReadLineAsync(cancellationToken) ?? "");
        }

        private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));

        private async Task<bool> DataAsync()
        {
            if (await AskAsync(SinkStage.Data) is { } early)
            {
                return await FailAsync(early);
            }
            await SayAsync("354 go on");
            var content = new StringBuilder();
            while (await _reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line == ".")
                {
                    return await TakeAsync(Encoding.Latin1.GetBytes(content.ToString()));
                }
                content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }
            return false;
        }

        // What is dropped or left without an answer did arrive; only a refusal says that it did not.
        private async Task<bool> TakeAsync(byte[] content)
        {
            var fault = await AskAsync(SinkStage.Content);
            if (fault is null or { Reply: null or "" })
            {
                sink.Keep(content);
            }
            return fault is null ? await SayAsync("250 taken") : await FailAsync(fault);
        }

        private async Task<bool> AnswerAsync(SinkStage stage, string reply) => await AskAsync(stage) is { } fault ? await FailAsync(fault) : await SayAsync(reply);

        private async Task<SinkFault?> AskAsync(SinkStage stage)
        {
            var fault = sink.Fault(stage);
            if (fault?.Until is not { } until)
            {
                return fault;
            }
            await until.WaitAsync(cancellationToken);
            return null;
        }

        private async Task<bool> FailAsync(SinkFault fault)
        {
            if (fault == SinkFault.Hang)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            return fault != SinkFault.Drop && await SayAsync(fault.Reply!);
        }

        private async Task<bool> SayAsync(string reply)
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), cancellationToken);
            await _stream.FlushAsync(cancellationToken);
            return true;
        }
    }
}
