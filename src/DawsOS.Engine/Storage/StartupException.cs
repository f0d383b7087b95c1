namespace DawsOS.Storage;

/// <summary>Stops the start: one sentence for the operator that says what is wrong and what to do.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
