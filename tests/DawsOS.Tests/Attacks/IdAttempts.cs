using DawsOS.Harness;

namespace DawsOS.Attacks;

/// <summary>One way to name somebody else's row.</summary>
/// <param name="Place">Where the id stands, as <see cref="IdPlaces"/> calls it.</param>
/// <param name="Kind">Of which kind of row it is.</param>
/// <param name="Path">With ID for the id.</param>
/// <param name="Body">With ID for the id.</param>
/// <param name="Status">What it is answered, whether there is such a row or not.</param>
/// <param name="OfAdmin">Also not an ADMIN's to touch.</param>
internal sealed record IdAttempt(string Place, string Kind, string Path, string? Body = null, int Status = 404, bool OfAdmin = false)
{
    public string Method => Place.Split(' ')[0];

    public string MediaType => Body?.StartsWith("DATE", StringComparison.Ordinal) == true ? "text/csv" : "application/json";
}

/// <summary>All of them, and the places of ids that are nobody's.</summary>
internal static class IdAttempts
{
    /// <summary>A pattern that takes anything.</summary>
    public const string AnyPattern = """
        {"id":"t_any","name":"Any","inputs":{"v":{"type":"string"},"o":{"type":"object"}},"steps":[{"capability":"t.null","as":"v"}],"outputs":["v"]}
        """;

    /// <summary>Places of ids that are nobody's, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> Nobodys = new Dictionary<string, string>
    {
        ["GET /v1/patterns/{id} path id"] = "patterns are everybody's",
        ["POST /v1/execute body /pattern_id"] = "patterns are everybody's",
        ["GET /v1/runs query pattern_id"] = "patterns are everybody's",
        ["POST /v1/patterns/validate body"] = "nothing is looked up",
        ["POST /v1/agents/{name}/reset path name"] = "agents are the program's",
        ["GET /v1/alerts query type"] = "a word of a list",
        ["PUT /v1/me/channels body /quiet_hours"] = "refused whatever it is",
        ["PUT /v1/me/channels body /webhook"] = "refused whatever it is",
        ["GET /v1/notifications/stream header Last-Event-ID"] = "a place in the order; NotificationStreamTests: two users never see each other's",
        ["GET /v1/runs/{id}/events header Last-Event-ID"] = "a place in the run of the path",
    };

    /// <summary>Places that <see cref="IdorTests"/> tries by themselves: a key is a name that each user has for themselves.</summary>
    public static readonly string[] Keys =
    [
        "POST /v1/execute header Idempotency-Key", "POST /v1/series/{id}/observations header Ingest-Id", "POST /v1/series/import header Ingest-Id",
    ];

    /// <param name="own">An alert of the attacker's own.</param>
    public static IReadOnlyList<IdAttempt> Make(string own) =>
    [
        new("DELETE /auth/sessions/{id} path id", "session", "/auth/sessions/ID", OfAdmin: true),
        new("DELETE /auth/api-keys/{id} path id", "key", "/auth/api-keys/ID", OfAdmin: true),
        new("PATCH /auth/users/{id} path id", "user", "/auth/users/ID", """{"role":"VIEWER"}""", 403),
        new("GET /v1/audit query user_id", "user", "/v1/audit?user_id=ID", Status: 200),

        new("GET /v1/series/{id} path id", "portfolio", "/v1/series/metric:ID:twr_1d", OfAdmin: true),
        new("GET /v1/series/{id} path id", "portfolio", "/v1/series/dar:ID:0.95:30", OfAdmin: true),
        new("POST /v1/series/{id}/observations path id", "portfolio", "/v1/series/metric:ID:twr_1d/observations", """{"observations":[{"date":"2026-02-27","value":9}]}""", 403, OfAdmin: true),
        new("POST /v1/series/import body", "portfolio", "/v1/series/import", "DATE,metric:ID:twr_1d\n2026-02-27,9\n", 403, OfAdmin: true),

        new("GET /v1/alerts/{id} path id", "alert", "/v1/alerts/ID", OfAdmin: true),
        new("PATCH /v1/alerts/{id} path id", "alert", "/v1/alerts/ID", """{"name":"mine"}""", OfAdmin: true),
        new("DELETE /v1/alerts/{id} path id", "alert", "/v1/alerts/ID", OfAdmin: true),
        new("POST /v1/alerts/{id}/test path id", "alert", "/v1/alerts/ID/test", OfAdmin: true),
        new("POST /v1/alerts/{id}/evaluate path id", "alert", "/v1/alerts/ID/evaluate", OfAdmin: true),
        new("GET /v1/alerts/{id}/deliveries path id", "alert", "/v1/alerts/ID/deliveries", OfAdmin: true),
        .. Conditions.Select(condition => new IdAttempt(
            "POST /v1/alerts body /condition_json", "portfolio", "/v1/alerts", $$"""{"condition_json":{{condition}}}""", OfAdmin: true)),
        .. Conditions.Select(condition => new IdAttempt(
            "PATCH /v1/alerts/{id} body /condition_json", "portfolio", $"/v1/alerts/{own}", $$"""{"condition_json":{{condition}}}""", OfAdmin: true)),

        new("POST /v1/alerts/dlq/{id}/redrive path id", "entry", "/v1/alerts/dlq/ID/redrive", Status: 403),
        new("DELETE /v1/alerts/dlq/{id} path id", "entry", "/v1/alerts/dlq/ID", Status: 403),
        new("PATCH /v1/notifications/{id}/read path id", "notification", "/v1/notifications/ID/read", OfAdmin: true),
        new("DELETE /v1/notifications/{id} path id", "notification", "/v1/notifications/ID", OfAdmin: true),

        new("GET /v1/runs/{id} path id", "run", "/v1/runs/ID"),
        new("GET /v1/runs/{id}/events path id", "run", "/v1/runs/ID/events"),
        new("DELETE /v1/runs/{id} path id", "run", "/v1/runs/ID"),
        new("POST /v1/execute body /portfolio_id", "portfolio", "/v1/execute", """{"pattern_id":"t_any","portfolio_id":"ID"}"""),
        // There are no securities yet, so an id of one finds nothing, whatever else has it.
        new("POST /v1/execute body /security_id", "portfolio", "/v1/execute", """{"pattern_id":"t_any","security_id":"ID"}""", 200),
        new("POST /v1/execute body /inputs", "portfolio", "/v1/execute", """{"pattern_id":"market_snapshot","inputs":{"series_ids":["VIXCLS","metric:ID:twr_1d"]}}""", OfAdmin: true),
        new("POST /v1/execute body /inputs", "portfolio", "/v1/execute", """{"pattern_id":"t_any","inputs":{"v":"dar:ID:0.95:30"}}""", OfAdmin: true),
        new("POST /v1/execute body /inputs", "portfolio", "/v1/execute", """{"pattern_id":"t_any","inputs":{"o":{"deep":[{"portfolio_id":"ID"}]}}}"""),
        new("POST /v1/execute body /inputs", "portfolio", "/v1/execute", """{"pattern_id":"t_any","inputs":{"o":{"mine":{"portfolio_ids":["ID"]}}}}"""),
    ];

    private static string[] Conditions =>
    [
        """{"type":"metric","portfolio_id":"ID","metric":"twr_1d","op":">","value":1}""",
        """{"type":"series","series_id":"metric:ID:twr_1d","op":">","value":1}""",
        """{"type":"dar_breach","portfolio_id":"ID"}""",
        """{"type":"drawdown_limit","portfolio_id":"ID"}""",
        """{"type":"regime_shift","portfolio_id":"ID"}""",
        """{"type":"any","of":[{"type":"macro","entity":"VIX","op":">","value":1},{"type":"all","of":[{"type":"series","series_id":"dar:ID:0.95:30","op":">","value":1}]}]}""",
    ];

    public static async Task<string> OwnAlertAsync(HttpClient http) => (await http.CallAsync(
        "/v1/alerts", new { condition_json = new { type = "macro", entity = "VIX", op = ">", value = 30 } }, System.Net.HttpStatusCode.Created))["id"].GetString()!;
}
