using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

using DawsOS.Http;

namespace DawsOS.Demo;

/// <summary>The demo cannot go on: one sentence with the route, the status and the problem's detail.</summary>
internal sealed class DemoFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Sends one step, insists on its status, and prints a line for it: time, step, route, status, what came of it.</summary>
internal sealed class DemoClient(HttpClient http, TextWriter output, TimeProvider clock)
{
    // Sent and read in the API's own form; a missing member is a failure, not a default.
    private static readonly JsonSerializerOptions Json = new(JsonSetup.Options) { RespectRequiredConstructorParameters = true };

    /// <summary>How long anything is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(20);

    public string AccessToken
    {
        set => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", value);
    }

    public Task<T> GetAsync<T>(string step, string route, Func<T, string> tell, CancellationToken cancellationToken) =>
        SendAsync(step, HttpMethod.Get, route, null, tell, cancellationToken);

    /// <summary>Asks until the answer has what is looked for, at most <see cref="Patience"/> long; only that answer is told.</summary>
    /// <param name="step">Printed in front.</param>
    /// <param name="route">Asked again and again.</param>
    /// <param name="what">What is looked for, for the failure's sentence.</param>
    /// <param name="find">Finds it in the answer; null = not there yet.</param>
    /// <param name="tell">What came of it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<TFound> FindAsync<T, TFound>(
        string step, string route, string what, Func<T, TFound?> find, Func<TFound, string> tell, CancellationToken cancellationToken)
        where TFound : class
    {
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < Patience)
        {
            var (status, answer) = await SendAsync<T>(HttpMethod.Get, route, null, cancellationToken);
            if (find(answer) is { } found)
            {
                Print(step, $"GET {route} → {status}  {tell(found)}");
                return found;
            }
            await Task.Delay(PollPause, clock, cancellationToken);
        }
        throw new DemoFailedException(FormattableString.Invariant($"GET {route} did not show {what} within {Patience.TotalSeconds} s."));
    }

    public Task<T> PostAsync<T>(string step, string route, object body, Func<T, string> tell, CancellationToken cancellationToken) =>
        SendAsync(step, HttpMethod.Post, route, JsonContent.Create(body, options: Json), tell, cancellationToken);

    public Task<T> PostCsvAsync<T>(string step, string route, string csv, Func<T, string> tell, CancellationToken cancellationToken) =>
        SendAsync(step, HttpMethod.Post, route, new StringContent(csv, new MediaTypeHeaderValue("text/csv")), tell, cancellationToken);

    public void Print(string step, string what)
    {
        var now = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), clock.LocalTimeZone);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff}  {step,-12}  {what}"));
    }

    private async Task<T> SendAsync<T>(
        string step, HttpMethod method, string route, HttpContent? content, Func<T, string> tell, CancellationToken cancellationToken)
    {
        var (status, answer) = await SendAsync<T>(method, route, content, cancellationToken);
        Print(step, $"{method} {route} → {status}  {tell(answer)}");
        return answer;
    }

    private async Task<(int Status, T Answer)> SendAsync<T>(HttpMethod method, string route, HttpContent? content, CancellationToken cancellationToken)
    {
        var call = $"{method} {route}";
        using var request = new HttpRequestMessage(method, route) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new DemoFailedException($"{call} answered {(int)response.StatusCode}: {Detail(body)}");
            }
            return ((int)response.StatusCode, JsonSerializer.Deserialize<T>(body, Json)!);
        }
        catch (HttpRequestException e)
        {
            throw new DemoFailedException($"{call} got no answer: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new DemoFailedException($"{call} answered something else than the demo expects: {e.Message}", e);
        }
    }

    private static string Detail(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, Json)?.Detail ?? "no detail.";
        }
        catch (JsonException)
        {
            return body.Length == 0 ? "an empty body." : body;
        }
    }
}
