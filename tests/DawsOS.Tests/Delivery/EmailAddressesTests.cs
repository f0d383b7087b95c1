namespace DawsOS.Delivery;

public sealed class EmailAddressesTests
{
    [Theory]
    [InlineData("a@b.test")]
    [InlineData("admin@localhost")]
    [InlineData("a+b.c_d-e@sub.example.com")]
    [InlineData("o'brien@example.com")]
    [InlineData("a@bücher.test")]
    public void One_mailbox_with_a_domain_is_fine(string address) => Assert.Null(EmailAddresses.Fault(address));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nobody")]
    [InlineData("@b.test")]
    [InlineData("a@")]
    [InlineData("@")]
    [InlineData("a@b@c.test")]
    [InlineData("a@b.test,c@d.test")]
    [InlineData("a@b.test;c@d.test")]
    [InlineData("a@b.test c@d.test")]
    [InlineData("A <a@b.test>")]
    [InlineData("<a@b.test>")]
    [InlineData("group: a@b.test;")]
    [InlineData("a@b.test (me)")]
    [InlineData("a@b.test\r\nBcc: c@d.test")]
    [InlineData("a@b.test\n")]
    [InlineData("a\0@b.test")]
    [InlineData("a\t@b.test")]
    [InlineData("a\u0085@b.test")]
    [InlineData("a\u2028@b.test")]
    [InlineData("a\u200b@b.test")]
    [InlineData("a\ud800@b.test")]
    [InlineData("=?utf-8?q?a=0D=0ARCPT_TO=3A=3Cc@d.test=3E?=@b.test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.test")]
    [InlineData(" a@b.test")]
    [InlineData("a@b.test ")]
    [InlineData("a b@c.test")]
    [InlineData("a@b_c!.test")]
    [InlineData("a@b..test")]
    [InlineData("a@.test")]
    [InlineData("a@-b.test")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@127.0.0.1")]
    [InlineData("a@b.test/c")]
    [InlineData("a@b.test:25")]
    [InlineData(".a@b.test")]
    [InlineData("a.@b.test")]
    [InlineData("a..b@c.test")]
    [InlineData("jürgen@b.test")]
    [InlineData("\"a\"@b.test")]
    [InlineData("a\\b@c.test")]
    public void Anything_else_has_a_fault(string? address) => Assert.NotNull(EmailAddresses.Fault(address));

    [Fact]
    public void The_longest_has_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 3)) + ".example";
        var address = new string('a', 254 - 1 - domain.Length) + "@" + domain;

        Assert.Null(EmailAddresses.Fault(address));
        Assert.NotNull(EmailAddresses.Fault("a" + address));
    }
}
