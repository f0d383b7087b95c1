using System.Text.RegularExpressions;

using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;

namespace DawsOS.Http;

/// <summary>Sends every documented route and holds what comes back against the document.</summary>
public sealed partial class OpenApiAnswerTests
{
    [Fact]
    public async Task Every_promised_answer_is_given_and_is_as_described()
    {
        await using var app = await DawsApp.StartAsync();

        var contract = await ExerciseAsync(app);

        Assert.Empty(contract.Faults);
        Assert.Empty(contract.Unseen);
    }

    [Fact]
    public async Task A_route_that_nobody_sends_or_that_answers_otherwise_is_found()
    {
        await using var app = await DawsApp.StartAsync(map: web =>
        {
            web.MapGet("/test/forgotten", () => "x");
            web.MapPost("/test/{id}", (string id, JsonBody<OpenApiTests.Sample> body) => id + body.Value.Day);
        });

        var contract = await ExerciseAsync(app);

        Assert.Contains("GET /test/forgotten: 200", contract.Unseen);
        Assert.DoesNotContain("GET /test/forgotten: 401", contract.Unseen);
        Assert.Equal(["POST /test/{id}: 200", "POST /test/{id}: 404", "POST /test/{id}: 422"], contract.Unseen.Where(answer => answer.StartsWith("POST /test", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        // Without a sample of its own there is no good body, so the faults that are made from the document come out otherwise.
        Assert.All(contract.Faults, fault => Assert.StartsWith("POST /test/{id}: ", fault, StringComparison.Ordinal));
    }

    private static async Task<OpenApiContract> ExerciseAsync(DawsApp app)
    {
        var contract = await OpenApiContract.ReadAsync(app);
        using var admin = await app.SignInAsync();
        using var viewer = await app.SignInAsNewAsync("VIEWER");
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        var requests = (await OpenApiRequests.MakeAsync(admin)).ToLookup(request => request.Key);
        foreach (var operation in contract.Operations)
        {
            var sample = requests[operation.Key].FirstOrDefault() ?? new OpenApiRequest(operation.Key, operation.Path, 0);
            var isOpen = !operation.Description.TryGetProperty("security", out _);
            var caller = isOpen ? nobody : admin;
            foreach (var request in requests[operation.Key])
            {
                await SendAsync(caller, request.Status, request.ToHttp());
                if (request is { Body: { } body, MediaType: "application/json", Status: < 300 })
                {
                    contract.CheckBody(operation, body);
                }
            }
            if (operation.Promises(401) && !isOpen)
            {
                await SendAsync(nobody, 401, sample.ToHttp());
            }
            if (operation.Promises(403))
            {
                await SendAsync(viewer, 403, sample.ToHttp());
            }
            if (operation.Promises(404))
            {
                await SendAsync(caller, 404, sample.ToHttp(Parameter().Replace(operation.Path, $"{Guid.CreateVersion7()}")));
            }
            if (operation.Promises(415))
            {
                await SendAsync(caller, 415, sample.ToHttp(body: "x", mediaType: "text/x-unknown"));
            }
            if (operation.Promises(400) && sample.MediaType == "application/json")
            {
                await SendAsync(caller, 400, sample.ToHttp(body: "{"));
            }

            Task SendAsync(HttpClient http, int expected, HttpRequestMessage request) => contract.SendAsync(operation, http, request, expected);
        }
        Assert.Empty(requests.Select(request => request.Key).Except(contract.Operations.Select(operation => operation.Key)));
        return contract;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
