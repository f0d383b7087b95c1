using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>The built program behind a certificate of the test's own.</summary>
public sealed class HttpsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pfx")]
    [InlineData("pem")]
    public async Task It_serves_https_with_the_certificate_that_the_settings_name(string form)
    {
        using var certificate = NewCertificate();
        var environment = await HostProcess.NewEnvironmentAsync();
        var files = Directory.CreateTempSubdirectory("daws-tls-").FullName;
        try
        {
            environment["ASPNETCORE_URLS"] = $"https://127.0.0.1:{Ports.Free()}";
            foreach (var (name, value) in await StoreAsync(certificate, files, form))
            {
                environment[$"Kestrel__Certificates__Default__{name}"] = value;
            }
            await using var host = HostProcess.Run(environment);
            using var client = Client(host.Address, certificate);
            await HostProcess.PollAsync("https to answer", async () =>
            {
                try
                {
                    using var ready = await client.GetAsync("/health/ready", Token);
                    return ready.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException e) when (e.InnerException is not AuthenticationException)
                {
                    return false;
                }
            });

            using var named = new HttpRequestMessage(HttpMethod.Get, "/health") { Headers = { Host = "daws.example" } };
            using var answer = await client.SendAsync(named, Token);
            using var form2 = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = DawsApp.AdminEmail, ["password"] = DawsApp.AdminPassword });
            using var signedIn = await client.PostAsync("/login", form2, Token);

            Assert.Equal(["max-age=31536000"], answer.Headers.GetValues("Strict-Transport-Security"));
            Assert.Contains("; secure", signedIn.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    // What the program presents must be this certificate, whatever the system thinks of it.
    private static HttpClient Client(Uri address, X509Certificate2 expected) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == expected.GetCertHashString(),
        },
    })
    { BaseAddress = address };

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=daws.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task<(string Name, string Value)[]> StoreAsync(X509Certificate2 certificate, string files, string form)
    {
        if (form == "pfx")
        {
            var path = Path.Combine(files, "daws.pfx");
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, "of the test"), Token);
            return [("Path", path), ("Password", "of the test")];
        }
        var (chain, key) = (Path.Combine(files, "daws.pem"), Path.Combine(files, "daws.key"));
        await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem(), Token);
        using var secret = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem(), Token);
        return [("Path", chain), ("KeyPath", key)];
    }
}
