using System.Text;

using MimeKit;

namespace DawsOS.Delivery;

/// <summary>What an address may look like to which mail is sent.</summary>
internal static class EmailAddresses
{
    private const int MaxLength = 254;

    // RFC 5321 §4.5.3.1.1.
    private const int MaxLocalPart = 64;

    /// <summary>What is wrong with an address; null = nothing.</summary>
    public static string? Fault(string? address)
    {
        if (string.IsNullOrEmpty(address) || address.Length > MaxLength)
        {
            return $"Give an address of 3 to {MaxLength} characters.";
        }
        var at = address.LastIndexOf('@');
        var isOne = at > 0 && at < address.Length - 1
            // What stands before the @ is sent as it is: mail is not asked to be SMTPUTF8, which many servers do not speak.
            && Ascii.IsValid(address.AsSpan(0, at))
            && address.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && c is not ('<' or '>' or ',' or ';' or '(' or ')' or '"'))
            // Some servers read an encoded word (RFC 2047) where it stands for itself, and its contents could be lines of SMTP.
            && !address.Contains("=?", StringComparison.Ordinal)
            && address.IndexOf('@', StringComparison.Ordinal) == at && at <= MaxLocalPart
            && Uri.CheckHostName(address[(at + 1)..]) is UriHostNameType.Dns
            && MailboxAddress.TryParse(address, out var parsed) && parsed.Address == address;
        return isOne ? null : "Give one address like name@example.com, without a name beside it.";
    }
}
