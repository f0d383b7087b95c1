using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using DawsOS.Harness;
using DawsOS.Hosting;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

/// <summary>Makes JWTs by hand, so that what is accepted is not checked by the code that signs.</summary>
/// <param name="app">Whose secret it knows.</param>
/// <param name="userId">Whose it says it is.</param>
/// <param name="sessionId">The session it names.</param>
internal sealed class ForgedToken(DawsApp app, string userId, string sessionId)
{
    public JsonObject Header { get; } = new() { ["alg"] = "HS256", ["typ"] = "JWT" };

    public JsonObject Claims { get; } = new()
    {
        ["iss"] = "DawsOS",
        ["aud"] = "dawsos",
        ["sub"] = userId,
        ["user_id"] = userId,
        ["sid"] = sessionId,
        ["email"] = "who@example.test",
        ["role"] = "ADMIN",
        ["iat"] = app.Clock.GetUtcNow().ToUnixTimeSeconds() - 1,
        ["nbf"] = app.Clock.GetUtcNow().ToUnixTimeSeconds() - 1,
        ["exp"] = app.Clock.GetUtcNow().ToUnixTimeSeconds() + 900,
    };

    public byte[] Key { get; set; } = Encoding.UTF8.GetBytes(app.Services.GetRequiredService<Preparation>().JwtSecrets[0]);

    /// <summary>Of a user who is signed in.</summary>
    public static async Task<ForgedToken> OfAsync(DawsApp app, string email)
    {
        using var client = await app.SignInAsync(email);
        var claims = Read(client.DefaultRequestHeaders.Authorization!.Parameter!);
        return new ForgedToken(app, (string)claims["user_id"]!, (string)claims["sid"]!);
    }

    public override string ToString()
    {
        var signed = $"{Encode(Header)}.{Encode(Claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = (string)Header["alg"]! switch
        {
            "none" => [],
            "HS512" => HMACSHA512.HashData(Key, bytes),
            _ => HMACSHA256.HashData(Key, bytes),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token, unchecked.</summary>
    public static JsonObject Read(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
