using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace DawsOS.Accounts;

/// <summary>The text of the login form: no script, and the one style is allowed by its hash.</summary>
internal static class LoginPage
{
    private const string Style = """
        body{font:1rem/1.5 system-ui,sans-serif;max-width:22rem;margin:4rem auto;padding:0 1rem}
        label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}
        input{margin:.25rem 0 1rem;padding:.5rem;border:1px solid #555}
        button{padding:.6rem;border:0;background:#123c69;color:#fff}
        [role=alert]{padding:.5rem;border-left:4px solid #a40000}
        """;

    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static string Html(string returnUrl, string email, string? error)
    {
        var encode = HtmlEncoder.Default;
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sign in – DawsOS</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>Sign in to DawsOS</h1>
            {(error is null ? "" : $"<p role=\"alert\">{encode.Encode(error)}</p>")}
            <form method="post" action="/login">
            <input type="hidden" name="returnUrl" value="{encode.Encode(returnUrl)}">
            <label for="email">Email</label>
            <input id="email" name="email" type="text" inputmode="email" autocomplete="username" value="{encode.Encode(email)}" required autofocus>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required>
            <button type="submit">Sign in</button>
            </form>
            </main>
            </body>
            </html>
            """;
    }
}
