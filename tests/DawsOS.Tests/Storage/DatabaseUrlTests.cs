using Npgsql;

namespace DawsOS.Storage;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql://ann:pw@db.example:5433/daws", "db.example", 5433, "ann", "pw", "daws")]
    [InlineData("postgres://ann:pw@db.example/daws", "db.example", 5432, "ann", "pw", "daws")]
    [InlineData("POSTGRESQL://ann@db.example/daws", "db.example", 5432, "ann", null, "daws")]
    [InlineData("postgresql://a%40b:p%3A%2F%3F%23%5B%5D%40%25@db/my%20db", "db", 5432, "a@b", "p:/?#[]@%", "my db")]
    [InlineData("postgresql://ann:with:colon@db/daws", "db", 5432, "ann", "with:colon", "daws")]
    [InlineData("postgresql://ann:a%3Bb%3D'c'@db/daws", "db", 5432, "ann", "a;b='c'", "daws")]
    [InlineData("postgresql://ann:pw@[::1]:5433/daws", "[::1]", 5433, "ann", "pw", "daws")]
    [InlineData("postgresql://ann:pw@10.0.0.9/daws", "10.0.0.9", 5432, "ann", "pw", "daws")]
    [InlineData("Host=db.example;Port=5433;Username=ann;Password='p;w';Database=daws", "db.example", 5433, "ann", "p;w", "daws")]
    [InlineData("Server=db;User Id=ann;Database=daws", "db", 5432, "ann", null, "daws")]
    public void Both_forms_are_read(string text, string host, int port, string user, string? password, string database)
    {
        var read = Parse(text);

        Assert.Equal((host, port, user, password, database), (read.Host, read.Port, read.Username, read.Password, read.Database));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Sslmode_is_written_as_libpq_does(string text, SslMode mode) =>
        Assert.Equal(mode, Parse($"postgresql://ann:pw@db/daws?sslmode={text}").SslMode);

    [Fact]
    public void Options_have_libpqs_or_npgsqls_names()
    {
        var read = Parse("postgresql://ann:pw@db/daws?connect_timeout=3&application_name=a%20b&sslrootcert=%2Fca.pem&Maximum%20Pool%20Size=7");

        Assert.Equal((3, "a b", "/ca.pem", 7), (read.Timeout, read.ApplicationName, read.RootCertificate, read.MaxPoolSize));
    }

    [Fact]
    public void What_is_not_said_is_bounded_and_what_is_said_for_people_has_no_password()
    {
        var read = Parse("postgresql://ann:hunter2@db/daws");

        Assert.Equal((4, 25, "dawsos"), (read.Timeout, read.MaxPoolSize, read.ApplicationName));
        Assert.Equal("db:5432/daws", DatabaseUrl.Parse("postgresql://ann:hunter2@db/daws").Describe);
    }

    [Theory]
    [InlineData("postgresql://")]
    [InlineData("postgresql://ann:pw@/daws")]
    [InlineData("postgresql://ann:pw@db/")]
    [InlineData("postgresql://ann:pw@db:port/daws")]
    [InlineData("postgresql://ann:pw@db/daws?unknown=1")]
    [InlineData("postgresql://ann:pw@db/daws?connect_timeout=soon")]
    [InlineData("sqlite:///daws.db")]
    [InlineData("Host=db")]
    [InlineData("Host")]
    [InlineData("ünfug")]
    public void What_cannot_be_read_is_one_sentence_without_the_text(string text)
    {
        var stopped = Assert.Throws<StartupException>(() => DatabaseUrl.Parse(text));

        Assert.StartsWith("DATABASE_URL: ", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", stopped.ToString(), StringComparison.Ordinal);
    }

    private static NpgsqlConnectionStringBuilder Parse(string text) => new(DatabaseUrl.Parse(text).ConnectionString);
}
