using Microsoft.AspNetCore.Http.HttpResults;

namespace DawsOS.Operations;

/// <summary>What a browser finds at the root until the web console is there: links, no data.</summary>
internal static class HomePage
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>DawsOS</title>
        </head>
        <body>
        <main>
        <h1>DawsOS</h1>
        <ul>
        <li><a href="/login">Sign in</a></li>
        <li><a href="/dashboard">Orleans dashboard</a> (ADMIN)</li>
        <li><a href="/openapi/v1.json">The API</a></li>
        <li><a href="/health/ready">Is it ready?</a></li>
        </ul>
        <form method="post" action="/logout"><button type="submit">Sign out</button></form>
        </main>
        </body>
        </html>
        """;

    public static ContentHttpResult Show(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Content(Html, "text/html; charset=utf-8");
    }
}
