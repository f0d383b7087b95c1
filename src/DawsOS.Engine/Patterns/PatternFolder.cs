using System.Collections.Immutable;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>
/// Keeps the catalogue in step with PATTERNS_PATH: reads it at the start, then looks every two seconds for files that changed. Looking costs one
/// directory listing, works on every file system and with the links that Kubernetes swaps, and needs none of the few inotify handles.
/// </summary>
internal sealed partial class PatternFolder(PatternFolderOptions options, PatternCatalogue catalogue, TimeProvider clock, ILogger<PatternFolder> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private ImmutableArray<(string Name, long Length, DateTime Written)> _seen = [];

    /// <summary>What is wrong with the files as they were last read.</summary>
    public IReadOnlyList<PatternFinding> Findings { get; private set; } = [];

    /// <summary>Reads the files when any of them changed; true when it did.</summary>
    public bool Look()
    {
        if (options.Path is not { } path)
        {
            return false;
        }
        var files = List(path);
        var now = files.Select(file => (file.Name, file.Length, file.LastWriteTimeUtc)).ToImmutableArray();
        if (now.SequenceEqual(_seen))
        {
            return false;
        }
        var read = Read(files);
        Findings = catalogue.Replace(read);
        _seen = now;
        LogLoaded(path, read.Count - Findings.Select(finding => finding.File).Distinct().Count(), read.Count);
        foreach (var finding in Findings)
        {
            LogFinding(finding);
        }
        return true;
    }

    /// <summary>Every definition in a directory.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<PatternFile> Read(string path) => Read(List(path));

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the front door opens, so that what is there can be run from the first request on.
        TryLook();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Path is null)
        {
            return;
        }
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            TryLook();
        }
    }

    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is loaded stays; the next look may see it again.
            LogUnreadable(options.Path!, e.Message);
        }
    }

    private static FileInfo[] List(string path) => [.. new DirectoryInfo(path).EnumerateFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal)];

    // A file larger than a definition may be is cut: its length alone makes it a finding.
    private static List<PatternFile> Read(FileInfo[] files)
    {
        var read = new List<PatternFile>(files.Length);
        foreach (var file in files)
        {
            using var stream = file.OpenRead();
            var bytes = new byte[Math.Min(stream.Length, PatternFile.MaxBytes + 1)];
            read.Add(new PatternFile(file.Name, bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]));
        }
        return read;
    }

    [LoggerMessage(LogLevel.Information, "{Path}: {Good} of {Count} patterns are good")]
    private partial void LogLoaded(string path, int good, int count);

    [LoggerMessage(LogLevel.Warning, "{Finding}")]
    private partial void LogFinding(PatternFinding finding);

    [LoggerMessage(LogLevel.Warning, "The patterns in {Path} cannot be read ({Reason}); those that are loaded stay")]
    private partial void LogUnreadable(string path, string reason);
}

/// <summary>Where more patterns are.</summary>
/// <param name="Path">A directory (PATTERNS_PATH); null = none.</param>
internal sealed record PatternFolderOptions(string? Path);
