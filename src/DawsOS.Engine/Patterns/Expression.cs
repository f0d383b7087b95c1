using System.Collections.Immutable;

namespace DawsOS.Patterns;

/// <summary>A condition as parsed at load; decided on values, never on their text.</summary>
internal abstract record Expression
{
    /// <summary>Whether the step runs: the truth of the value (null, false, 0, "" and what is empty are false).</summary>
    /// <exception cref="ExpressionException">Values of unlike types are compared.</exception>
    public bool IsTrue(RunScope scope) => Evaluate(scope).IsTruthy;

    public abstract ExpressionValue Evaluate(RunScope scope);

    /// <summary>The paths in it, in the order they are written.</summary>
    public IReadOnlyList<ReferencePath> Paths
    {
        get
        {
            var paths = new List<ReferencePath>();
            CollectPaths(paths);
            return paths;
        }
    }

    /// <summary>What certainly has a value when this is true, by <see cref="ReferencePath.Holder"/>. Found once: many arguments may ask.</summary>
    public ImmutableHashSet<string> Present => field ??= PresentWhen(true);

    /// <summary>What certainly has a value when this is <paramref name="truth"/>.</summary>
    protected internal abstract ImmutableHashSet<string> PresentWhen(bool truth);

    protected internal abstract void CollectPaths(List<ReferencePath> paths);

    protected static readonly ImmutableHashSet<string> Nothing = ImmutableHashSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>A condition that cannot be decided on these values; the message is for the caller.</summary>
internal sealed class ExpressionException(string message) : Exception(message);

internal sealed record LiteralExpression(ExpressionValue Value) : Expression
{
    public override ExpressionValue Evaluate(RunScope scope) => Value;

    protected internal override ImmutableHashSet<string> PresentWhen(bool truth) => Nothing;

    protected internal override void CollectPaths(List<ReferencePath> paths)
    {
    }
}

/// <summary>A value by its path; null when the path leads nowhere.</summary>
internal sealed record PathExpression(ReferencePath Path) : Expression
{
    public override ExpressionValue Evaluate(RunScope scope) => scope.TryFind(Path, out var bytes) ? ExpressionValue.Of(bytes) : ExpressionValue.Null;

    protected internal override ImmutableHashSet<string> PresentWhen(bool truth) => truth ? Nothing.Add(Path.Holder) : Nothing;

    protected internal override void CollectPaths(List<ReferencePath> paths) => paths.Add(Path);
}

internal sealed record NotExpression(Expression Inner) : Expression
{
    public override ExpressionValue Evaluate(RunScope scope) => ExpressionValue.Of(!Inner.Evaluate(scope).IsTruthy);

    protected internal override ImmutableHashSet<string> PresentWhen(bool truth) => Inner.PresentWhen(!truth);

    protected internal override void CollectPaths(List<ReferencePath> paths) => Inner.CollectPaths(paths);
}

/// <summary><c>and</c> or <c>or</c>; the right side is not looked at when the left one decides.</summary>
internal sealed record LogicExpression(bool IsAnd, Expression Left, Expression Right) : Expression
{
    public override ExpressionValue Evaluate(RunScope scope) =>
        ExpressionValue.Of(Left.Evaluate(scope).IsTruthy == IsAnd ? Right.Evaluate(scope).IsTruthy : !IsAnd);

    protected internal override ImmutableHashSet<string> PresentWhen(bool truth) => truth == IsAnd
        ? Left.PresentWhen(truth).Union(Right.PresentWhen(truth))
        : Left.PresentWhen(truth).Intersect(Right.PresentWhen(truth));

    protected internal override void CollectPaths(List<ReferencePath> paths)
    {
        Left.CollectPaths(paths);
        Right.CollectPaths(paths);
    }
}

internal enum Comparison
{
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

internal sealed record CompareExpression(Comparison Operator, Expression Left, Expression Right) : Expression
{
    public override ExpressionValue Evaluate(RunScope scope)
    {
        var left = Left.Evaluate(scope);
        var right = Right.Evaluate(scope);
        return ExpressionValue.Of(Operator switch
        {
            Comparison.Equal => ExpressionValue.AreEqual(left, right),
            Comparison.Unequal => !ExpressionValue.AreEqual(left, right),
            Comparison.Less => ExpressionValue.Compare(left, right) < 0,
            Comparison.AtMost => ExpressionValue.Compare(left, right) <= 0,
            Comparison.Greater => ExpressionValue.Compare(left, right) > 0,
            _ => ExpressionValue.Compare(left, right) >= 0,
        });
    }

    // What x != null and x == 5 say about x. An order says that x is there either way: with null it cannot be decided.
    protected internal override ImmutableHashSet<string> PresentWhen(bool truth)
    {
        var (path, literal) = (Left, Right) switch
        {
            (PathExpression p, LiteralExpression l) => (p, l),
            (LiteralExpression l, PathExpression p) => (p, l),
            _ => (null, null),
        };
        if (path is null || literal is null)
        {
            return Nothing;
        }
        var isNull = literal.Value.Kind == ExpressionKind.Null;
        var present = Operator switch
        {
            Comparison.Equal => truth != isNull,
            Comparison.Unequal => truth == isNull,
            _ => true,
        };
        return present ? Nothing.Add(path.Path.Holder) : Nothing;
    }

    protected internal override void CollectPaths(List<ReferencePath> paths)
    {
        Left.CollectPaths(paths);
        Right.CollectPaths(paths);
    }
}
