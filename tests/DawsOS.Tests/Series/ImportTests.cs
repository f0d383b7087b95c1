using System.Net;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Series;

/// <summary>What a CSV that cannot be read is told; nothing of it is stored.</summary>
public sealed class ImportTests(SqliteApp fixture) : IClassFixture<SqliteApp>
{
    [Theory]
    [InlineData("latin-1", "The CSV is not UTF-8. See line 2; save the file as UTF-8.")]
    [InlineData("utf-16", "Line 1: the file is UTF-16; save it as UTF-8.")]
    [InlineData("utf-16 without mark", "Line 1: there are NUL bytes in the header, as in UTF-16 without a byte order mark; save the file as UTF-8.")]
    [InlineData("utf-16be without mark", "Line 1: there are NUL bytes in the header, as in UTF-16 without a byte order mark; save the file as UTF-8.")]
    public async Task A_file_in_another_encoding_is_told_so(string encoding, string detail)
    {
        const string Csv = "DATE,ENCODED\n2025-01-07,\u00e9\n";
        byte[] bytes = encoding switch
        {
            "latin-1" => Encoding.Latin1.GetBytes(Csv),
            "utf-16" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Csv)],
            "utf-16 without mark" => Encoding.Unicode.GetBytes(Csv),
            _ => Encoding.BigEndianUnicode.GetBytes(Csv),
        };

        await RefuseAsync(bytes, detail);
    }

    [Theory]
    [InlineData("DATE,Q\n2025-01-01,1\n2025-01-02,\"2\n2025-01-03,3\n", "Line 3, column 2: a quote is opened here and not closed.")]
    [InlineData("\"DATE,Q\n2025-01-01,1\n", "Line 1, column 1: a quote is opened here and not closed.")]
    [InlineData("DATE,P,Q\n2025-01-01,\"1,0\",2\"3\n", "Line 2, column 3: a quote stands inside a value; put the whole value in quotes, and double those inside.")]
    [InlineData("DATE,Q\n2025-01-01,\"1\"2\n", "Line 2, column 2: a quote stands inside a value; put the whole value in quotes, and double those inside.")]
    public async Task A_quote_in_the_wrong_place_is_pointed_at(string csv, string detail) => await RefuseAsync(Encoding.UTF8.GetBytes(csv), detail);

    [Theory]
    [InlineData("", "Line 2, column 2: the line is longer than 1048576 bytes.")]
    [InlineData("\"", "Line 2, column 2: a quote is opened here and not closed.")]
    public async Task A_value_of_two_megabytes_is_told_its_limit(string quote, string detail) =>
        await RefuseAsync(Encoding.UTF8.GetBytes($"DATE,Q\n2025-01-01,{quote}{new string('9', 2 << 20)}\n"), detail);

    [Theory]
    [InlineData("1\0")]
    [InlineData("1\0\0")]
    [InlineData("\"1\0\"")]
    [InlineData("1\0.5")]
    public async Task A_value_with_NUL_bytes_is_no_number(string value)
    {
        var refused = await SendAsync(Encoding.UTF8.GetBytes($"DATE,NULS\n2025-01-01,1\n2025-01-02,{value}\n"));

        Assert.StartsWith("Line 3, column 2 (NULS): ", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Contains("is no number", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    private async Task RefuseAsync(byte[] csv, string detail) => Assert.Equal(detail, (await SendAsync(csv))["detail"].GetString());

    private async Task<Answer> SendAsync(byte[] csv)
    {
        using var manager = await fixture.App.SignInAsNewAsync("MANAGER");
        var content = new ByteArrayContent(csv) { Headers = { ContentType = new("text/csv") } };
        var refused = await JsonHttp.SendAsync(manager, HttpMethod.Post, "/v1/series/import", content, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(0, (await manager.GetAsync("/v1/series", HttpStatusCode.OK))["total"].GetInt32());
        return refused;
    }
}
