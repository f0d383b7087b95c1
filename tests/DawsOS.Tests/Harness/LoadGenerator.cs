using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace DawsOS.Harness;

/// <summary>What came of a load while it lasted: answers that were good and in time, refusals, answers that came too late or were something else.</summary>
internal sealed record LoadResult(int Good, int Refused, int Late, int Other, double Seconds, double MedianMs, double WorstMs)
{
    /// <summary>Good answers a second.</summary>
    public double Goodput => Good / Seconds;

    public int Sent => Good + Refused + Late + Other;
}

/// <summary>
/// Sends prepared HTTP/1.1 requests over connections of its own and costs little itself, since it runs beside what it measures.
/// </summary>
/// <param name="address">Where to.</param>
/// <param name="requests">Whole requests, used in turn.</param>
/// <param name="deadline">An answer later than this is of no use to anybody.</param>
internal sealed class LoadGenerator(Uri address, IReadOnlyList<byte[]> requests, TimeSpan deadline)
{
    /// <summary>Each connection sends its next request when it has the answer to the last: as fast as the program can.</summary>
    public Task<LoadResult> ClosedAsync(int connections, TimeSpan length) => RunAsync(connections, length, perSecond: null);

    /// <summary>So many requests a second, whatever becomes of them, as long as there is a connection that waits for no answer.</summary>
    public Task<LoadResult> OpenAsync(double perSecond, int connections, TimeSpan length) => RunAsync(connections, length, perSecond);

    public static byte[] Request(Uri address, string method, string path, string? token, string? json) => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\n"
        + (token is null ? "" : $"Authorization: Bearer {token}\r\n")
        + (json is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}"));

    private async Task<LoadResult> RunAsync(int connections, TimeSpan length, double? perSecond)
    {
        var (ticket, good, refused, late, other) = (-1, 0, 0, 0, 0);
        var times = new ConcurrentQueue<double>();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            await Task.Yield();
            using var connection = new LoadConnection(address);
            while (true)
            {
                var number = Interlocked.Increment(ref ticket);
                var now = Stopwatch.GetElapsedTime(start);
                var due = perSecond is { } rate ? TimeSpan.FromSeconds(number / rate) : now;
                // All connections may be busy, so that the last requests are not sent.
                if (due >= length || now >= length)
                {
                    return;
                }
                if (due - now is var wait && wait > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(wait, TimeProvider.System);
                }
                var sent = Stopwatch.GetTimestamp();
                var status = await connection.AskAsync(requests[number % requests.Count]);
                var took = Stopwatch.GetElapsedTime(sent);
                if (Stopwatch.GetElapsedTime(start) > length)
                {
                    // Answers that are held back for seconds come when nothing is sent any more; that time is nobody's.
                    return;
                }
                switch (status)
                {
                    case 200 or 202 when took <= deadline:
                        Interlocked.Increment(ref good);
                        times.Enqueue(took.TotalMilliseconds);
                        break;
                    case 200 or 202:
                        Interlocked.Increment(ref late);
                        break;
                    case 503 or 429:
                        Interlocked.Increment(ref refused);
                        break;
                    default:
                        Interlocked.Increment(ref other);
                        break;
                }
            }
        }));
        double[] sorted = [.. times.Order()];
        return new LoadResult(
            good, refused, late, other, Math.Min(length.TotalSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds),
            sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2], sorted.Length == 0 ? double.NaN : sorted[(int)(sorted.Length * .99)]);
    }
}

/// <summary>One kept-alive connection; opened anew when the other side has closed it.</summary>
internal sealed class LoadConnection(Uri address) : IDisposable
{
    private readonly byte[] _buffer = new byte[256 << 10];
    private Socket? _socket;

    /// <summary>The status, or 0 when there was no whole answer.</summary>
    public async Task<int> AskAsync(byte[] request)
    {
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(address.Host, address.Port);
            }
            await _socket.SendAsync(request);
            var length = 0;
            while (true)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
                if (read == 0)
                {
                    Dispose();
                    return 0;
                }
                length += read;
                if (IsWhole(_buffer.AsSpan(0, length)))
                {
                    return ((_buffer[9] - '0') * 100) + ((_buffer[10] - '0') * 10) + (_buffer[11] - '0');
                }
            }
        }
        catch (SocketException)
        {
            Dispose();
            return 0;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }
        var head = answer[..(end + 2)];
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return answer.EndsWith("0\r\n\r\n"u8);
        }
        var number = head[(at + 16)..];
        return answer.Length - end - 4 >= int.Parse(number[..number.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
    }
}
