using System.Text;
using System.Text.Json;

using DawsOS.Agents;
using DawsOS.Harness;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>Results do not depend on the order in which steps end.</summary>
public sealed class ScheduleTests
{
    private const int Graphs = 20;
    private const int SchedulesOfEach = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_random_schedules_of_random_graphs_give_one_result_each()
    {
        var turnstile = new TurnstileCapability();
        await using var app = await DawsApp.StartAsync(replace: builder => builder.Services.AddSingleton<Capability>(turnstile));
        using var http = await app.SignInAsync();
        await http.CallAsync("/v1/series/S/observations", new { observations = new[] { new { date = "2024-01-01", value = 1 } } });
        var random = new Random(20261125);
        var graphs = Enumerable.Range(0, Graphs).Select(i => Graph.Make($"g_{i}", random)).ToList();
        Assert.Empty(app.Services.GetRequiredService<PatternCatalogue>().Replace([.. graphs.Select(graph => graph.File)]));

        foreach (var graph in graphs)
        {
            var results = new HashSet<string>();
            var orders = new HashSet<string>();
            for (var schedule = 0; schedule < SchedulesOfEach; schedule++)
            {
                var running = http.CallAsync("/v1/execute", new { pattern_id = graph.Id });
                orders.Add(await DriveAsync(turnstile, graph, random));
                var result = (await running)["result"];
                var trace = result.GetProperty("trace");
                results.Add(JsonSerializer.Serialize(new
                {
                    data = result.GetProperty("data"),
                    status = result.GetProperty("output_status"),
                    digest = trace.GetProperty("result_digest"),
                    run = trace.GetProperty("run_digest"),
                    steps = trace.GetProperty("steps").EnumerateArray().Select(step => new
                    {
                        name = step.GetProperty("as"),
                        digest = step.TryGetProperty("result_digest", out var digest) ? digest.GetString() : null,
                        reason = step.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
                    }),
                }));
            }
            Assert.Single(results);
            // Else nothing was compared.
            Assert.True(orders.Count > 1, $"{graph.Id} ran in one order only.");
        }
    }

    // Waits until every step that can run has come, which also shows that none waits for a layer, then lets one pass.
    private static async Task<string> DriveAsync(TurnstileCapability turnstile, Graph graph, Random random)
    {
        var waiting = new List<TurnstileCapability.Turn>();
        var passed = new List<string>();
        while (graph.Startable(passed) is { Count: > 0 } startable)
        {
            while (waiting.Count < startable.Count)
            {
                waiting.Add(await turnstile.NextAsync(Token));
            }
            Assert.Equal(startable, waiting.Select(turn => turn.Step).Order(StringComparer.Ordinal));
            var next = waiting[random.Next(waiting.Count)];
            waiting.Remove(next);
            passed.Add(next.Step);
            next.Pass.SetResult();
        }
        return string.Join(' ', passed);
    }

    /// <summary>Steps that need some of those before them; some fail, and what needs those is skipped or takes a default.</summary>
    private sealed record Graph(string Id, PatternFile File, IReadOnlyList<Node> Nodes)
    {
        public static Graph Make(string id, Random random)
        {
            var nodes = new List<Node>();
            for (var i = 0; i < 11; i++)
            {
                var needs = nodes.Where(_ => random.Next(4) == 0).Select(node => node.Name).ToList();
                nodes.Add(new Node($"s{i:00}", needs, Fails: random.Next(6) == 0, HasDefault: random.Next(2) == 0));
            }
            var steps = string.Join(",\n", nodes.Select(node => node.ToJson()));
            var outputs = string.Join(',', nodes.Select(node => $"\"{node.Name}\""));
            return new Graph(id, new PatternFile($"{id}.json", Encoding.UTF8.GetBytes(
                $$"""{"id":"{{id}}","name":"Graph","steps":[{{steps}}],"outputs":[{{outputs}}]}""")), nodes);
        }

        /// <summary>Steps not yet passed whose needs are all settled and that are not skipped.</summary>
        public List<string> Startable(List<string> passed)
        {
            var (settled, values) = (new HashSet<string>(), new HashSet<string>());
            var startable = new List<string>();
            foreach (var node in Nodes)
            {
                if (!node.Needs.All(settled.Contains))
                {
                    continue;
                }
                if (!node.HasDefault && !node.Needs.All(values.Contains))
                {
                    settled.Add(node.Name);
                }
                else if (!passed.Contains(node.Name))
                {
                    startable.Add(node.Name);
                }
                else
                {
                    settled.Add(node.Name);
                    if (!node.Fails)
                    {
                        values.Add(node.Name);
                    }
                }
            }
            return startable;
        }
    }

    private sealed record Node(string Name, IReadOnlyList<string> Needs, bool Fails, bool HasDefault)
    {
        public string ToJson()
        {
            var needs = string.Join(',', Needs.Select(need => $"\"{{{{{need}{(HasDefault ? " ?? 0" : "")}}}}}\""));
            return $$"""
                {"capability":"x.turnstile","args":{"step":"{{Name}}","needs":[{{needs}}],"fails":{{(Fails ? "true" : "false")}}},"as":"{{Name}}","optional":true}
                """;
        }
    }
}
