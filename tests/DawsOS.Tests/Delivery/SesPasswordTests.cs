namespace DawsOS.Delivery;

/// <summary>The derived password beside what Python's hmac computes from Amazon's description.</summary>
public sealed class SesPasswordTests
{
    [Theory]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9")]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eu-west-1", "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk")]
    [InlineData("short", "ap-southeast-2", "BG+HQviFNyWelwK8Hk+KI7Q7xpPnyLsj/66eRw5Lx30O")]
    [InlineData("schüssel", "us-gov-west-1", "BPj5W1NDibFh9No9L3aTICP4Iv5ymY7tZr6PQM0kp+hW")]
    public void It_is_derived_from_the_secret_key_and_the_region(string key, string region, string password) =>
        Assert.Equal(password, SesPassword.Derive(key, region));
}
