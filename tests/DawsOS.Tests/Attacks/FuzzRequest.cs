using System.Text;

namespace DawsOS.Attacks;

/// <summary>A request as it goes out, and as a failed test shows it.</summary>
internal sealed record FuzzRequest(string Caller, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body = null, string? MediaType = null)
{
    public HttpRequestMessage ToHttp(Uri address)
    {
        // As it is: what the client would tidy up would not arrive.
        var uri = new Uri(address.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), uri) { Content = Body is null ? null : new ByteArrayContent(Body) };
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (MediaType is not null)
        {
            request.Content?.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }
        return request;
    }

    /// <summary>Where it leads to by its path alone, as the server reads it.</summary>
    public string Path => new Uri($"http://x{Target.Split('?')[0]}").AbsolutePath;

    public override string ToString()
    {
        var body = Body is null ? "" : $"\n\n{(Body.Any(b => b is < 0x20 and not (9 or 10 or 13) or > 0x7e) ? "base64 " + Convert.ToBase64String(Body) : Encoding.ASCII.GetString(Body))}";
        var type = MediaType is null ? "" : $"\nContent-Type: {MediaType}";
        return $"as {Caller}\n{Method} {Target}{string.Concat(Headers.Select(header => $"\n{header.Name}: {header.Value}"))}{type}{(body.Length > 4_000 ? body[..4_000] + "…" : body)}";
    }
}
