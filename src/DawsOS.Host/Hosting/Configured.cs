using System.Globalization;

using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>Reads one variable; a bad value is a <see cref="StartupException"/> that names it. Empty is as good as unset.</summary>
internal static class Configured
{
    public static string? Text(IConfiguration configuration, string name) =>
        string.IsNullOrWhiteSpace(configuration[name]) ? null : configuration[name]!.Trim();

    public static string Text(IConfiguration configuration, string name, string fallback) => Text(configuration, name) ?? fallback;

    public static bool Flag(IConfiguration configuration, string name, bool fallback = false) => Text(configuration, name) switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        var text => throw new StartupException($"{name}: '{text}' is neither true nor false."),
    };

    public static int Number(IConfiguration configuration, string name, int fallback, int min, int max) => Text(configuration, name) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw new StartupException($"{name}: '{text}' is no whole number from {min} to {max}.");
}
