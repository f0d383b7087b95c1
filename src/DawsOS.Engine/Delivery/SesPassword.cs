using System.Security.Cryptography;
using System.Text;

namespace DawsOS.Delivery;

/// <summary>The SMTP password of Amazon SES, which is derived from the AWS secret key (docs.aws.amazon.com/ses, "Obtaining Amazon SES SMTP credentials").</summary>
internal static class SesPassword
{
    private const byte Version = 0x04;

    /// <param name="secretKey">AWS_SECRET_ACCESS_KEY.</param>
    /// <param name="region">AWS_REGION; the password is good for that region only.</param>
    /// <returns>Base64.</returns>
    public static string Derive(string secretKey, string region)
    {
        var signature = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in new[] { "11111111", region, "ses", "aws4_request", "SendRawEmail" })
        {
            signature = HMACSHA256.HashData(signature, Encoding.UTF8.GetBytes(part));
        }
        return Convert.ToBase64String([Version, .. signature]);
    }
}
