using System.Collections.Immutable;

namespace DawsOS.Patterns;

/// <summary>Finds comparisons that could never be decided, from literals and the declared types of inputs.</summary>
internal static class ExpressionTypes
{
    public static void Check(Expression expression, ImmutableArray<InputDefinition> inputs, Action<string> report)
    {
        switch (expression)
        {
            case NotExpression not:
                Check(not.Inner, inputs, report);
                break;
            case LogicExpression logic:
                Check(logic.Left, inputs, report);
                Check(logic.Right, inputs, report);
                break;
            case CompareExpression compare:
                Check(compare.Left, inputs, report);
                Check(compare.Right, inputs, report);
                CheckPair(compare, KindOf(compare.Left, inputs), KindOf(compare.Right, inputs), report);
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
    private static ExpressionKind? KindOf(Expression expression, ImmutableArray<InputDefinition> inputs) => expression switch
    {
        LiteralExpression literal => literal.Value.Kind,
        NotExpression or LogicExpression or CompareExpression => ExpressionKind.Bool,
        PathExpression { Path: { Root: ReferencePath.Inputs, Parts: [{ Name: { } name }] } } =>
            inputs.FirstOrDefault(input => input.Name == name) is { } input ? KindOf(input.Type) : null,
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
