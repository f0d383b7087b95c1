using DawsOS.Accounts;

namespace DawsOS.Alerts;

/// <summary>
/// One user-defined alert, keyed by its id. Holds nothing: the rows are the truth. Owns the alert's one reminder <c>wake</c>.
/// Every method checks the caller; someone else's alert is absent.
/// </summary>
[GrainInterfaceType("daws.alert"), Alias("daws.alert")]
public interface IAlertGrain : IGrainWithGuidKey
{
    /// <summary>Stores a new alert under this key and decides it at once when it is true already.</summary>
    /// <param name="command">The alert.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    /// <returns>The alert as stored.</returns>
    /// <exception cref="RejectedException">validation_failed with pointers into the request.</exception>
    [Alias("create")]
    Task<AlertView> CreateAsync(CreateAlert command, CancellationToken cancellationToken = default);

    /// <summary>Reads the alert.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Null when absent, deleted or someone else's.</returns>
    [Alias("get")]
    Task<AlertView?> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Changes the alert.</summary>
    /// <param name="command">The members to change.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    /// <returns>Null when absent, deleted or someone else's.</returns>
    /// <exception cref="RejectedException">validation_failed with pointers into the request.</exception>
    [Alias("patch")]
    Task<AlertView?> PatchAsync(PatchAlert command, CancellationToken cancellationToken = default);

    /// <summary>Deletes the alert for good; its deliveries stay readable.</summary>
    /// <param name="caller">Must own it.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    /// <returns>False when absent, deleted or someone else's.</returns>
    [Alias("delete")]
    Task<bool> DeleteAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Says what would happen now; writes nothing.</summary>
    /// <param name="caller">Must own it.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Null when absent, deleted or someone else's.</returns>
    [Alias("test")]
    Task<AlertTest?> TestAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Decides now and delivers if it fires.</summary>
    /// <param name="caller">Must own it.</param>
    /// <param name="cancellationToken">Cancels until the commit begins.</param>
    /// <returns>Null when absent, deleted or someone else's.</returns>
    [Alias("evaluate")]
    Task<AlertEvaluation?> EvaluateAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Brings the reminder in step with the stored wake time: registers, moves or removes it. A hint: losing it loses nothing but time.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>When the reminder is as the row wants it.</returns>
    [Alias("sync-wake")]
    Task SyncWakeAsync(CancellationToken cancellationToken = default);
}
