using System.Text.Json;
using System.Xml.Linq;

using DawsOS.Harness;
using DawsOS.Hosting;

namespace DawsOS.Deploy;

/// <summary>No container engine is needed: the files are held against the code.</summary>
public sealed class DockerfileTests
{
    private readonly Dockerfile _image = Dockerfile.Read();

    [Fact]
    public void It_sets_only_variables_that_the_program_reads() =>
        Assert.All(_image.Environment.Keys, name => Assert.Contains(name, Variable.All.Select(variable => variable.Name)));

    [Fact]
    public void It_exposes_the_default_ports_and_listens_on_the_front_doors()
    {
        var frontDoor = new Uri(Settings.DefaultUrl).Port;

        Assert.Equal($"{frontDoor} {Default("ORLEANS_SILO_PORT")} {Default("ORLEANS_GATEWAY_PORT")}", Assert.Single(_image.Of("EXPOSE")));
        Assert.Equal($"http://0.0.0.0:{frontDoor}", _image.Environment["ASPNETCORE_URLS"]);
        Assert.Contains($"/dev/tcp/127.0.0.1/{frontDoor} ", Assert.Single(_image.Of("HEALTHCHECK")), StringComparison.Ordinal);
        Assert.Equal(_image.Environment["DAWSOS_DATA"], Assert.Single(_image.Of("VOLUME")));
    }

    [Fact]
    public void It_runs_as_the_base_images_user_and_not_as_root()
    {
        var last = _image.Instructions.Select(instruction => instruction.Name).ToList();

        Assert.Equal("$APP_UID", Assert.Single(_image.Of("USER")));
        Assert.True(last.IndexOf("USER") < last.IndexOf("ENTRYPOINT"));
    }

    [Fact]
    public void What_it_copies_exists_and_is_not_ignored()
    {
        var ignored = File.ReadAllLines(Path.Combine(TestEnvironment.Root, ".dockerignore"));

        Assert.NotEmpty(_image.CopiedPaths);
        Assert.All(_image.CopiedPaths, path =>
        {
            Assert.True(Path.Exists(Path.Combine(TestEnvironment.Root, path)), $"COPY {path}: it does not exist.");
            Assert.DoesNotContain(path, ignored);
            Assert.DoesNotContain(path.Split('/')[0] + "/", ignored);
        });
    }

    [Fact]
    public void It_restores_every_project_that_the_program_is_made_of()
    {
        var source = Path.Combine(TestEnvironment.Root, "src");
        var needed = Directory.GetFiles(source, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => new[] { project, Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json") })
            .Select(file => Path.GetRelativePath(TestEnvironment.Root, file));

        Assert.Equal(needed.Order(StringComparer.Ordinal), _image.CopiedPaths.Where(path => path.Count(c => c == '/') == 2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_base_images_are_those_of_the_sdk_and_the_target_framework()
    {
        using var global = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestEnvironment.Root, "global.json")));
        var sdk = Version.Parse(global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!).ToString(2);
        var framework = XDocument.Load(Path.Combine(TestEnvironment.Root, "Directory.Build.props")).Descendants("TargetFramework").Single().Value;

        Assert.Equal(
            [$"mcr.microsoft.com/dotnet/sdk:{sdk} AS build", $"mcr.microsoft.com/dotnet/aspnet:{framework.Replace("net", "", StringComparison.Ordinal)}"],
            _image.Of("FROM"));
    }

    private static string Default(string variable) => Variable.All.Single(known => known.Name == variable).Default;
}
