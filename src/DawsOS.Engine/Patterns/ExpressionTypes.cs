namespace DawsOS.Patterns;

/// <summary>Finds comparisons that could never be decided, from literals and what is declared of inputs and context.</summary>
internal static class ExpressionTypes
{
    public static void Check(Expression expression, KnownValues values, Action<string> report)
    {
        switch (expression)
        {
            case NotExpression not:
                Check(not.Inner, values, report);
                break;
            case LogicExpression logic:
                Check(logic.Left, values, report);
                Check(logic.Right, values, report);
                break;
            case CompareExpression compare:
                Check(compare.Left, values, report);
                Check(compare.Right, values, report);
                CheckPair(compare, KindOf(compare.Left, values), KindOf(compare.Right, values), report);
                break;
        }
    }

    private static void CheckPair(CompareExpression compare, ExpressionKind? left, ExpressionKind? right, Action<string> report)
    {
        var ordered = compare.Operator is not (Comparison.Equal or Comparison.Unequal);
        if (ordered && (left ?? right) is { } one && one is not (ExpressionKind.Number or ExpressionKind.Text))
        {
            report($"A {ExpressionValue.Name(one)} has no order: only numbers and texts can be compared with < and >.");
        }
        else if (left is { } l && right is { } r && l != r && (ordered || (l != ExpressionKind.Null && r != ExpressionKind.Null)))
        {
            report($"A {ExpressionValue.Name(l)} is compared with a {ExpressionValue.Name(r)}: that can never be decided.");
        }
    }

    // Null when it is known at run time only.
    private static ExpressionKind? KindOf(Expression expression, KnownValues values) => expression switch
    {
        LiteralExpression literal => literal.Value.Kind,
        NotExpression or LogicExpression or CompareExpression => ExpressionKind.Bool,
        PathExpression { Path: var path } => values.Find(path) is { } value ? KindOf(value.Type) : null,
        _ => null,
    };

    private static ExpressionKind KindOf(InputType type) => type switch
    {
        InputType.Integer or InputType.Number or InputType.Decimal => ExpressionKind.Number,
        InputType.Boolean => ExpressionKind.Bool,
        InputType.Array => ExpressionKind.List,
        InputType.Object => ExpressionKind.Object,
        _ => ExpressionKind.Text,
    };
}
