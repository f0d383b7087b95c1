using System.Collections.Frozen;
using System.Collections.Immutable;

using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>Reads the leaf types of D§4.1 by the validators of D§4.2; each ends in a series id, a comparison and a threshold.</summary>
internal static class LeafReader
{
    /// <summary>Every type, in the order of D§4.1.</summary>
    public static readonly ImmutableArray<string> Types =
        ["macro", "series", "metric", "rating", "price", "news_sentiment", "dar_breach", "drawdown_limit", "regime_shift"];

    // What users call it → the FRED series it is.
    private static readonly FrozenDictionary<string, string> MacroSeries = new Dictionary<string, string>
    {
        ["VIX"] = "VIXCLS",
        ["CPI"] = "CPIAUCSL",
        ["DGS10"] = "DGS10",
        ["DGS2"] = "DGS2",
        ["UNRATE"] = "UNRATE",
        ["T10YIE"] = "T10YIE",
        ["DFII10"] = "DFII10",
        ["BAMLC0A0CM"] = "BAMLC0A0CM",
        ["DTWEXBGS"] = "DTWEXBGS",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Entities = [.. MacroSeries.Keys.Order(StringComparer.Ordinal)];

    private static readonly ImmutableArray<string> PortfolioMetrics =
    [
        "twr_1d", "twr_mtd", "twr_qtd", "twr_ytd", "twr_1y", "twr_3y_ann", "twr_5y_ann", "twr_inception_ann", "mwr_ytd", "mwr_1y", "mwr_3y_ann",
        "mwr_inception_ann", "volatility_30d", "volatility_60d", "volatility_90d", "volatility_1y", "sharpe_30d", "sharpe_60d", "sharpe_90d",
        "sharpe_1y", "max_drawdown_1y", "max_drawdown_3y", "alpha_1y", "alpha_3y_ann", "beta_1y", "beta_3y", "tracking_error_1y",
        "information_ratio_1y", "win_rate_1y", "avg_win", "avg_loss", "current_drawdown",
    ];

    // Named by the contract → as the rubric calls it. The contract's quality, management and valuation scores have no source and are refused.
    private static readonly FrozenDictionary<string, string> RatingMetrics = new Dictionary<string, string>
    {
        ["moat_score"] = "moat_strength",
        ["balance_sheet_score"] = "resilience",
        ["dividend_safety"] = "dividend_safety",
        ["overall_rating"] = "overall_rating",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> Ratings = [.. RatingMetrics.Keys.Order(StringComparer.Ordinal)];
    private static readonly ImmutableArray<string> PriceMetrics = ["close", "open", "high", "low", "volume", "change_pct", "change_abs"];
    private static readonly ImmutableArray<string> DrawdownBases = ["current_drawdown", "max_drawdown_1y"];
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3660);
    private static readonly ImmutableArray<string> Common = ["type", "for", "max_age"];

    /// <summary>The condition, or null after a fault.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="members">The object.</param>
    /// <param name="extra">Members that the place allows besides.</param>
    public static Condition? Read(string type, ConditionMembers members, ImmutableArray<string> extra)
    {
        var faults = members.Errors.Count;
        Condition? condition = type switch
        {
            "macro" => Macro(members, extra),
            "series" => SeriesValue(members, extra),
            "metric" => PortfolioMetric(members, extra),
            "rating" => Rating(members, extra),
            "price" => Price(members, extra),
            "news_sentiment" => Sentiment(members, extra),
            "dar_breach" => Dar(members, extra),
            "drawdown_limit" => Drawdown(members, extra),
            _ => Regime(members, extra),
        };
        return members.Errors.Count == faults ? condition : null;
    }

    private static Leaf? Macro(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "entity", "metric", "op", "value");
        var entity = members.OneOf("entity", null, Entities);
        members.OneOf("metric", "level", ["level"]);
        return Compared(members, "macro", entity, "level", entity is null ? null : MacroSeries[entity]);
    }

    private static Leaf? SeriesValue(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "series_id", "op", "value");
        var series = members.Text("series_id");
        if (series is not null && !SeriesIds.IsValid(series))
        {
            members.Fault("series_id", "A series id is 1–64 of the characters A–Z a–z 0–9 . _ : ^ -");
        }
        else if (series is not null && !SeriesIds.IsCanonical(series))
        {
            members.Fault("series_id", "The portfolio in a series id is written in lower case.");
        }
        return Compared(members, "series", series, null, series);
    }

    private static Leaf? PortfolioMetric(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "portfolio_id", "metric", "op", "value");
        var (portfolio, metric) = (Portfolio(members, "portfolio_id"), members.OneOf("metric", null, PortfolioMetrics));
        return Compared(members, "metric", portfolio, metric, $"metric:{portfolio}:{metric}");
    }

    private static Leaf? Rating(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "symbol", "metric", "op", "value");
        var (symbol, metric) = (Symbol(members), members.OneOf("metric", null, Ratings));
        return Compared(members, "rating", symbol, metric, metric is null ? null : $"rating:{symbol}:{RatingMetrics[metric]}", 0, 10);
    }

    private static Leaf? Price(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "symbol", "metric", "op", "value");
        var (symbol, metric) = (Symbol(members), members.OneOf("metric", "close", PriceMetrics));
        return Compared(members, "price", symbol, metric, $"price:{symbol}:{metric}");
    }

    private static Leaf? Sentiment(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "symbol", "op", "value");
        var symbol = Symbol(members);
        return Compared(members, "news_sentiment", symbol, "sentiment_7d", $"news:{symbol}:sentiment_7d", -1, 1);
    }

    private static Leaf? Dar(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "portfolio_id", "threshold", "confidence", "horizon_days");
        var portfolio = Portfolio(members, "portfolio_id");
        var (limit, confidence, days) = (
            members.Number("threshold", 0.15m, 0.05m, 0.5m), members.Number("confidence", 0.95m, 0.5m, 0.999m), members.Whole("horizon_days", 30, 1, 365));
        return Loss(members, "dar_breach", portfolio, "dar", confidence is { } c ? $"dar:{portfolio}:{ExactDecimal.ToText(c)}:{days}" : null, limit);
    }

    private static Leaf? Drawdown(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "clear_value", "portfolio_id", "limit", "basis");
        var portfolio = Portfolio(members, "portfolio_id");
        var (limit, basis) = (members.Number("limit", 0.2m, 0.1m, 0.4m), members.OneOf("basis", "current_drawdown", DrawdownBases));
        return Loss(members, "drawdown_limit", portfolio, basis, $"metric:{portfolio}:{basis}", limit);
    }

    // Far enough from where it was, and sure enough of it. Distances on the ring of five regimes are 0 to 2.
    private static Group? Regime(ConditionMembers members, ImmutableArray<string> extra)
    {
        Only(members, extra, "confidence", "min_distance", "portfolio_id");
        if (members.Has("portfolio_id"))
        {
            Portfolio(members, "portfolio_id");
        }
        var (confidence, distance) = (members.Number("confidence", 0.9m, 0.8m, 1), members.Whole("min_distance", 1, 1, 2));
        var (dates, age) = (For(members), MaxAge(members));
        return confidence is { } c && distance is { } d && dates is { } n
            ? new Group("regime_shift", All: true,
            [
                new Leaf("regime_shift", "regime", "distance", "regime:distance", Comparison.AtOrAbove, d) { For = n, MaxAge = age },
                new Leaf("regime_shift", "regime", "confidence", "regime:confidence", Comparison.AtOrAbove, c) { For = n, MaxAge = age },
            ])
            : null;
    }

    private static Leaf? Compared(
        ConditionMembers members, string type, string? subject, string? metric, string? series, decimal min = decimal.MinValue, decimal max = decimal.MaxValue)
    {
        var (comparison, threshold) = (members.Operator(), members.Number("value", null, min, max));
        var (clear, dates, age) = (ClearOf(members, comparison, threshold), For(members), MaxAge(members));
        return subject is not null && series is not null && comparison is { } op && threshold is { } value && dates is { } n
            ? new Leaf(type, subject, metric, series, op, value) { Clear = clear, For = n, MaxAge = age }
            : null;
    }

    private static Leaf? Loss(ConditionMembers members, string type, string? portfolio, string? metric, string? series, decimal? limit)
    {
        var (clear, dates, age) = (ClearOf(members, Comparison.Above, limit), For(members), MaxAge(members));
        return portfolio is not null && metric is not null && series is not null && limit is { } value && dates is { } n
            ? new Leaf(type, portfolio, metric, series, Comparison.Below, -value) { Clear = -clear, For = n, MaxAge = age, IsLoss = true }
            : null;
    }

    private static decimal? ClearOf(ConditionMembers members, Comparison? comparison, decimal? threshold)
    {
        if (!members.Has("clear_value") || members.Number("clear_value") is not { } clear || comparison is not { } op || threshold is not { } value)
        {
            return null;
        }
        if (op is Comparison.Equal or Comparison.Different)
        {
            members.Fault("clear_value", $"'{op.Symbol()}' has no clear_value: it is true or false at every value.");
        }
        else if (op.Holds(clear, value) || (op is Comparison.Above or Comparison.AtOrAbove ? clear > value : clear < value))
        {
            members.Fault("clear_value", $"A clear_value lies where the condition is false: {ExactDecimal.ToText(clear)} {op.Symbol()} {ExactDecimal.ToText(value)} is true.");
        }
        return clear;
    }

    private static int? For(ConditionMembers members) => members.Whole("for", 1, 1, Leaf.MaxFor);

    private static TimeSpan? MaxAge(ConditionMembers members) =>
        members.Has("max_age") && members.Number("max_age", null, 1, (decimal)LongestAge.TotalSeconds) is { } seconds
            ? TimeSpan.FromMicroseconds((double)decimal.Ceiling(seconds * 1_000_000))
            : null;

    private static string? Symbol(ConditionMembers members)
    {
        var symbol = members.Text("symbol");
        if (symbol is not null && (symbol.Length is < 1 or > 20 || !symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '^' or '-')))
        {
            members.Fault("symbol", "A symbol is 1–20 of the characters A–Z a–z 0–9 . ^ -");
            return null;
        }
        return symbol;
    }

    private static string? Portfolio(ConditionMembers members, string name)
    {
        var text = members.Text(name);
        if (text is not null && !Guid.TryParseExact(text, "D", out _))
        {
            members.Fault(name, $"'{name}' must be a UUID.");
            return null;
        }
        return text?.ToLowerInvariant();
    }

    private static void Only(ConditionMembers members, ImmutableArray<string> extra, params ReadOnlySpan<string> own)
    {
        if (!members.IsStored)
        {
            members.Only([.. Common, .. own, .. extra]);
        }
    }
}
