using System.Text.RegularExpressions;

using DawsOS.Harness;
using DawsOS.Hosting;
using DawsOS.Storage;

using YamlDotNet.RepresentationModel;

namespace DawsOS.Deploy;

public sealed partial class ComposeTests
{
    private static readonly string[] Postgres = ["POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD"];
    private readonly string _text = File.ReadAllText(Path.Combine(TestEnvironment.Root, "docker-compose.yml"));
    private readonly YamlMappingNode _services;

    public ComposeTests()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(_text));
        _services = Map(yaml.Documents[0].RootNode, "services");
    }

    [Fact]
    public void It_sets_only_variables_that_somebody_reads()
    {
        var known = Variable.All.Select(variable => variable.Name).ToList();

        Assert.All(Environment("dawsos").Keys, name => Assert.Contains(name, known));
        Assert.Equal(Postgres, Environment("postgres").Keys);
        Assert.All(Interpolation().Matches(_text), match => Assert.Contains(match.Groups["name"].Value, known.Append("POSTGRES_PASSWORD")));
    }

    [Fact]
    public void It_has_no_secret_of_its_own()
    {
        Assert.StartsWith("${AUTH_JWT_SECRET:?", Environment("dawsos")["AUTH_JWT_SECRET"], StringComparison.Ordinal);
        Assert.StartsWith("${POSTGRES_PASSWORD:?", Environment("postgres")["POSTGRES_PASSWORD"], StringComparison.Ordinal);
        Assert.Equal("${DAWSOS_ADMIN_PASSWORD:-}", Environment("dawsos")["DAWSOS_ADMIN_PASSWORD"]);
    }

    [Fact]
    public void The_program_finds_the_database_that_the_other_service_makes()
    {
        var database = Environment("postgres");
        var storage = DatabaseUrl.Parse(Environment("dawsos")["DATABASE_URL"].Replace("${POSTGRES_PASSWORD}", "secret", StringComparison.Ordinal));

        Assert.Equal($"postgres:5432/{database["POSTGRES_DB"]}", storage.Describe);
        Assert.Contains($"Username={database["POSTGRES_USER"]};Password=secret", storage.ConnectionString.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("postgres:15", Text(Map(_services, "postgres"), "image"));
        Assert.Equal("service_healthy", Text(Map(Map(Map(_services, "dawsos"), "depends_on"), "postgres"), "condition"));
        Assert.Contains(new YamlScalarNode("healthcheck"), Map(_services, "postgres").Children.Keys);
    }

    [Fact]
    public void Only_the_front_door_is_published_and_on_loopback()
    {
        var port = new Uri(Settings.DefaultUrl).Port;

        Assert.Equal([$"127.0.0.1:{port}:{port}"], ((YamlSequenceNode)Map(_services, "dawsos")["ports"]).Select(node => node.ToString()));
        Assert.DoesNotContain(new YamlScalarNode("ports"), Map(_services, "postgres").Children.Keys);
    }

    [Fact]
    public void It_builds_the_image_of_the_repository()
    {
        var build = Map(Map(_services, "dawsos"), "build");

        Assert.True(File.Exists(Path.Combine(TestEnvironment.Root, Text(build, "context"), Text(build, "dockerfile"))));
    }

    private Dictionary<string, string> Environment(string service) =>
        Map(Map(_services, service), "environment").Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());

    private static YamlMappingNode Map(YamlNode node, string name) => (YamlMappingNode)node[name];

    private static string Text(YamlMappingNode node, string name) => node[name].ToString();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)")]
    private static partial Regex Interpolation();
}
