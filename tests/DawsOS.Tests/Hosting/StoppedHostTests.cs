using System.Runtime.CompilerServices;

using DawsOS.Harness;

namespace DawsOS.Hosting;

public sealed class StoppedHostTests
{
    [Fact]
    public async Task A_program_that_has_stopped_leaves_nothing_behind()
    {
        var services = await StartAndStopAsync();

        // What it had queued for the thread pool ends meanwhile.
        for (var round = 0; round < 100 && services.IsAlive; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(services.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> StartAndStopAsync()
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();
        return new WeakReference(app.Services);
    }
}
