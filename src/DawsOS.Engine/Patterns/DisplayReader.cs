using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Reads <c>display</c>: descriptive, returned as it is written. What would promise an effect that is not built is no key of it.</summary>
internal static class DisplayReader
{
    private static readonly string[] PanelKeys = ["id", "title", "type", "refresh_ttl"];

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
    }
}
