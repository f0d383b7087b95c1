namespace DawsOS.Series;

/// <summary>A series as stored; without observations everything but the id is empty.</summary>
internal sealed record SeriesRow
{
    public string Id { get; init; } = "";

    public long ObservationCount { get; init; }

    public DateOnly? FirstDate { get; init; }

    public DateOnly? NewestDate { get; init; }

    public decimal? NewestValue { get; init; }

    /// <summary>Tick of the last change of the newest observation.</summary>
    public long? Tick { get; init; }

    /// <summary>Ingest of that change: the evidence of what is decided on it.</summary>
    public Guid? IngestId { get; init; }

    /// <summary>When that change was received, UTC.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>An older date was written since that change.</summary>
    public bool Revised { get; init; }
}

/// <summary>One stored revision.</summary>
internal sealed record RevisionRow
{
    public string SeriesId { get; init; } = "";

    public DateOnly Date { get; init; }

    public decimal Value { get; init; }
}

/// <summary>The newest observation of a series.</summary>
internal sealed record Reading
{
    public string SeriesId { get; init; } = "";

    public DateOnly Date { get; init; }

    public decimal Value { get; init; }

    /// <summary>Of its last change.</summary>
    public long Tick { get; init; }

    public Guid IngestId { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A change of a newest observation; OldValue is null at the first.</summary>
internal sealed record SeriesTick(string SeriesId, DateOnly Date, decimal? OldValue, decimal NewValue);

/// <summary>The values a series went through in one ingest, a closed interval of doubles rounded outward.</summary>
internal sealed record Move(string SeriesId, double Low, double High);
