using System.Net;

using DawsOS.Docs;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Accounts;

/// <summary>The README says who may call what; the routes and their answers say the same.</summary>
public sealed class AccessTableTests(SqliteApp fixture) : IClassFixture<SqliteApp>
{
    private const string Anyone = "anyone";

    private static readonly string[] Roles = ["VIEWER", "USER", "MANAGER", "ADMIN"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_of_routes_is_what_the_routes_want()
    {
        var app = await fixture.StartedAsync();
        var documented = Documented().Select(row => $"{row.Method} {row.Path}: {row.From}");

        Assert.Equal(Routes(app.Services).Distinct().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_role_is_let_in_from_there_on_and_not_below()
    {
        var app = await fixture.StartedAsync();
        List<string> wrong = [];
        foreach (var role in Roles)
        {
            using var owner = await app.SignInAsNewAsync(role);
            foreach (var (method, path, from) in Documented().Where(row => row.From != Anyone && !row.Path.EndsWith("/stream", StringComparison.Ordinal) && row.Path != "/auth/logout"))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal).Replace("{name}", "x", StringComparison.Ordinal).Replace("/**", "/", StringComparison.Ordinal));
                using var response = await owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
                var isIn = response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
                if (isIn != Array.IndexOf(Roles, role) >= Array.IndexOf(Roles, from))
                {
                    wrong.Add($"{role} {method} {path}: {(int)response.StatusCode}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_table_of_roles_is_what_each_may_do()
    {
        var documented = Readme.Section("Who may do what").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && Roles.Any(role => line.StartsWith($"| {role} |", StringComparison.Ordinal)))
            .Select(line => line.Trim('|').Split('|')).ToDictionary(cells => cells[0].Trim(), cells => Readme.Code(cells[1]).ToList());

        Assert.Equal(Roles, documented.Keys);
        var sofar = new List<string>();
        foreach (var role in Roles)
        {
            // Each row says what comes on top.
            sofar.AddRange(documented[role]);
            Assert.Equal(PermissionRules.Of(Enum.Parse<Role>(role, ignoreCase: true)), sofar);
        }
    }

    private static IEnumerable<(string Method, string Path, string From)> Documented() => Readme.Section("Who may do what").Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .SelectMany(cells => cells[0].Trim('`').Split(' ')[0].Split(',').Select(method => (method, cells[0].Trim('`').Split(' ')[1], cells[1])));

    private static IEnumerable<string> Routes(IServiceProvider services)
    {
        foreach (var route in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var text = "/" + route.RoutePattern.RawText!.Trim('/');
            var path = text.StartsWith("/dashboard", StringComparison.Ordinal) ? "/dashboard/**" : text.StartsWith("/openapi", StringComparison.Ordinal) ? "/openapi/**" : text;
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                yield return $"{method} {path}: {From(services, route)}";
            }
        }
    }

    private static string From(IServiceProvider services, RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return Anyone;
        }
        var options = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<AuthorizationOptions>>().Value;
        var needed = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>()
            .SelectMany(policy => options.GetPolicy(policy)!.Requirements.OfType<RolesAuthorizationRequirement>())
            .Concat(route.Metadata.GetOrderedMetadata<AuthorizationPolicy>().SelectMany(policy => policy.Requirements.OfType<RolesAuthorizationRequirement>()))
            .ToList();
        return Roles.First(role => needed.TrueForAll(requirement => requirement.AllowedRoles.Contains(role)));
    }
}
