using System.Collections.Immutable;
using System.Security.Cryptography;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DawsOS.Patterns;

/// <summary>
/// Keeps the catalogue in step with PATTERNS_PATH: reads it at the start, then looks every two seconds for files that changed. It compares what is in
/// them: lengths and times say nothing of a link whose target was exchanged, as Kubernetes does. That works on every file system and needs none of
/// the few inotify handles.
/// </summary>
internal sealed partial class PatternFolder(PatternFolderOptions options, PatternCatalogue catalogue, TimeProvider clock, ILogger<PatternFolder> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private ImmutableArray<(string Name, string Content)> _seen = [];

    /// <summary>What is wrong with the files as they were last read.</summary>
    public IReadOnlyList<PatternFinding> Findings { get; private set; } = [];

    /// <summary>Reads the files when any of them changed; true when it did.</summary>
    public bool Look()
    {
        if (options.Path is not { } path)
        {
            return false;
        }
        var read = Read(path);
        var now = read.Select(file => (file.Name, file.Unreadable ?? Convert.ToHexString(SHA256.HashData(file.Json)))).ToImmutableArray();
        if (now.SequenceEqual(_seen))
        {
            return false;
        }
        Findings = catalogue.Replace(read);
        _seen = now;
        LogLoaded(path, read.Count - Findings.Select(finding => finding.File).Distinct().Count(), read.Count);
        foreach (var finding in Findings)
        {
            LogFinding(finding);
        }
        return true;
    }

    /// <summary>Every definition in a directory, in order of their names; one that cannot be read says why.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static IReadOnlyList<PatternFile> Read(string path) =>
        [.. new DirectoryInfo(path).EnumerateFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal).Select(Read)];

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

    // A file larger than a definition may be is cut: its length alone makes it a finding.
    private static PatternFile Read(FileInfo file)
    {
        try
        {
            // A pipe or a device is of no length: opening one may wait for ever.
            if (((file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? file).Length == 0)
            {
                return new PatternFile(file.Name, []) { Unreadable = "It is empty or no regular file." };
            }
            using var stream = file.OpenRead();
            var bytes = new byte[Math.Min(stream.Length, PatternFile.MaxBytes + 1)];
            return new PatternFile(file.Name, bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link to nothing, no permission, gone since the listing: no reason to leave the other files as they were.
            return new PatternFile(file.Name, []) { Unreadable = e.Message };
        }
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
