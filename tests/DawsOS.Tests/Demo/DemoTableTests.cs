namespace DawsOS.Demo;

public sealed class DemoTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell()
    {
        var output = new StringWriter { NewLine = "\n" };

        DemoTable.Write(output, ["Alert", "Latency"], [["VIX above 30", "4.2 ms"], ["CPI", "12345.6 ms"]]);

        Assert.Equal(
            """
            Alert         Latency
            ------------  ----------
            VIX above 30  4.2 ms
            CPI           12345.6 ms

            """.ReplaceLineEndings("\n"), output.ToString());
    }
}
