using System.Security.Cryptography;
using System.Text;

using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>The embedded mode's directory, held by one process: the lock goes with the process, however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream _lock;
    private readonly string _path;

    private DataDirectory(string path, FileStream lockFile)
    {
        _path = path;
        _lock = lockFile;
    }

    /// <exception cref="StartupException">It cannot be made or written, or another process holds it.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            MakeDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data directory {path} cannot be made ({e.Message}): set DAWSOS_DATA to a directory that this user may write.", e);
        }
        try
        {
            var directory = new DataDirectory(path, new FileStream(Path.Combine(path, "dawsos.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            KeepPrivate(path);
            return directory;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"The data directory {path} cannot be written: set DAWSOS_DATA to a directory that this user may write.", e);
        }
        catch (IOException e)
        {
            var readOnly = e.Message.Contains("Read-only", StringComparison.OrdinalIgnoreCase);
            throw new StartupException(
                readOnly
                    ? $"The data directory {path} is read-only: set DAWSOS_DATA to a directory that can be written."
                    : $"The data directory {path} is in use by another DawsOS process: stop that one, or set DAWSOS_DATA to another directory.", e);
        }
    }

    /// <summary>The token secret of this installation, made at the first start; readable by its owner only.</summary>
    /// <exception cref="StartupException">The file was emptied or shortened: tokens that anyone could sign.</exception>
    public string TokenSecret()
    {
        var file = Path.Combine(_path, "token-secret");
        if (!File.Exists(file))
        {
            // Written beside and moved, so that a kill never leaves half a secret.
            var half = file + ".new";
            File.Delete(half);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }
            using (var stream = new FileStream(half, options))
            using (var writer = new StreamWriter(stream))
            {
                writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)));
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }
            File.Move(half, file);
        }
        var secret = File.ReadAllText(file);
        return Encoding.UTF8.GetByteCount(secret.Trim()) >= Settings.MinSecretBytes
            ? secret
            : throw new StartupException(
                $"The token secret in {file} is shorter than {Settings.MinSecretBytes} bytes: put back a copy, or delete the file for a new secret, with which everyone signs in again.");
    }

    public void Dispose() => _lock.Dispose();

    // Other people's money is in it. A directory that the operator made keeps the mode it was given.
    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    // SQLite gives its -wal and -shm files the mode of the database, so the database is there before SQLite makes it.
    private static void KeepPrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var database = Path.Combine(path, Settings.DatabaseFile);
        using (new FileStream(database, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = OwnerOnly, Share = FileShare.ReadWrite }))
        {
        }
        foreach (var file in Directory.EnumerateFiles(path, $"{Settings.DatabaseFile}*"))
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }
    }
}
