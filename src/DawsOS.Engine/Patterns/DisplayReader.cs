using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Reads <c>display</c>: descriptive, returned as it is written; what would promise an effect that is not there is refused.</summary>
internal static class DisplayReader
{
    private static readonly string[] PanelKeys = ["id", "title", "type", "refresh_ttl", "max_age", "on_failure"];

    public static CanonicalValue? Read(DefinitionFaults faults, JsonElement root)
    {
        if (!root.TryGetProperty("display", out var display))
        {
            return null;
        }
        if (faults.IsObject(display, "/display", "panels") && display.TryGetProperty("panels", out var panels))
        {
            if (panels.ValueKind != JsonValueKind.Array)
            {
                faults.Add("/display/panels", "E_TYPE", "'panels' must be an array.");
                return null;
            }
            foreach (var (index, panel) in panels.EnumerateArray().Index())
            {
                Panel(faults, panel, $"/display/panels/{index}");
            }
        }
        return CanonicalJson.Of(display);
    }

    private static void Panel(DefinitionFaults faults, JsonElement panel, string pointer)
    {
        if (!faults.IsObject(panel, pointer, PanelKeys))
        {
            return;
        }
        foreach (var key in (string[])["id", "title", "type"])
        {
            faults.Text(panel, pointer, key, required: true);
        }
        faults.Number(panel, pointer, "refresh_ttl", 0, int.MaxValue);
        faults.Number(panel, pointer, "max_age", 0, int.MaxValue);
        switch (faults.Text(panel, pointer, "on_failure"))
        {
            case null or "fail" or "omit":
                break;
            case "last_good":
                faults.Add($"{pointer}/on_failure", "E_UNKNOWN_KEY", "'last_good' is not available yet: use fail or omit.");
                break;
            default:
                faults.Add($"{pointer}/on_failure", "E_TYPE", "'on_failure' must be fail or omit.");
                break;
        }
    }
}
