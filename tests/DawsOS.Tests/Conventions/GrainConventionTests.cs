using System.Reflection;

namespace DawsOS.Conventions;

/// <summary>What is stored and sent between silos keeps its name, whatever its class is called.</summary>
public sealed class GrainConventionTests
{
    private static readonly Assembly Contracts = typeof(RejectedException).Assembly;
    private static readonly Assembly Engine = typeof(Storage.Database).Assembly;
    private static readonly Type[] All = [.. Contracts.GetTypes().Concat(Engine.GetTypes()).Where(type => type.Namespace?.StartsWith("DawsOS", StringComparison.Ordinal) == true)];
    private static readonly Type[] Interfaces = [.. All.Where(type => type.IsInterface && typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type))];

    [Fact]
    public void Every_grain_is_internal_sealed_and_has_its_type_pinned()
    {
        var grains = All.Where(type => typeof(IGrainBase).IsAssignableFrom(type) && type.IsClass).ToList();

        Assert.NotEmpty(grains);
        Assert.Empty(grains.Where(type => !type.IsSealed || type.IsPublic || type.GetCustomAttribute<GrainTypeAttribute>() is null).Select(Name));
    }

    [Fact]
    public void Every_grain_interface_and_method_has_its_name_pinned()
    {
        Assert.NotEmpty(Interfaces);
        Assert.Empty(Interfaces.Where(type =>
            type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is null || type.GetCustomAttribute<AliasAttribute>() is null).Select(Name));
        Assert.Empty(Methods().Where(method => method.GetCustomAttribute<AliasAttribute>() is null).Select(Name));
    }

    [Fact]
    public void Every_grain_method_takes_a_token_last() =>
        Assert.Empty(Methods().Where(method => method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken)).Select(Name));

    [Fact]
    public void Every_message_and_state_has_a_name_and_every_member_a_number()
    {
        var messages = All.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null).ToList();

        Assert.NotEmpty(messages);
        Assert.Empty(messages.Where(type => type.GetCustomAttribute<AliasAttribute>() is null).Select(Name));
        Assert.Empty(messages.SelectMany(Members).Where(member => member.GetCustomAttribute<IdAttribute>() is null).Select(Name));
        Assert.Empty(messages.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(Name));
    }

    [Fact]
    public void No_two_have_the_same_name()
    {
        var names = All.Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias).OfType<string>()
            .Concat(All.Select(type => type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, null!).ToString()).OfType<string>().Select(name => "grain " + name));

        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    // The ADO.NET provider's key is the state's name and the grain's key, without the grain's type.
    [Fact]
    public void No_two_grains_keep_state_under_the_same_name() => Assert.Empty(All
        .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName)
        .OfType<string>().GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));

    private static IEnumerable<MethodInfo> Methods() => Interfaces.SelectMany(type => type.GetMethods());

    // What the serializer writes: members with storage of their own. Computed ones have no setter.
    private static IEnumerable<MemberInfo> Members(Type type) => type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(property => property.CanWrite);

    private static string Name(MemberInfo member) => $"{member.DeclaringType?.Name}.{member.Name}";
}
