using System.Globalization;

namespace DawsOS.Demo;

/// <summary>The synthetic sample series that ship in the program; README.md beside the files says what they are.</summary>
internal static class DemoData
{
    /// <summary>The series of the history, each in a file of its name.</summary>
    public static readonly IReadOnlyList<string> SeriesIds = ["VIXCLS", "DGS10", "UNRATE"];

    /// <summary>The CSV text of a sample file.</summary>
    public static string Csv(string name)
    {
        using var reader = new StreamReader(typeof(DemoData).Assembly.GetManifestResourceStream($"demo/{name}.csv")!);
        return reader.ReadToEnd();
    }

    /// <summary>The observations of VIXCLS that come after its history, in order.</summary>
    public static IReadOnlyList<(string Date, decimal Value)> Replay() =>
        [.. Csv("replay").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (cells[0], decimal.Parse(cells[1], CultureInfo.InvariantCulture)))];
}
