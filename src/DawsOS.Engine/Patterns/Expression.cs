namespace DawsOS.Patterns;

/// <summary>A step's condition as parsed at load.</summary>
internal abstract record Expression
{
    /// <summary>Whether the step runs: the truth of the value (null, false, 0, "" and what is empty are false).</summary>
    /// <exception cref="ExpressionException">Values of unlike types are compared.</exception>
    public abstract bool IsTrue(RunScope scope);
}

/// <summary>A condition that cannot be decided on these values; the message is for the caller.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
