using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tests.Environments;

public class EnvironmentCatalogTests
{
    [Theory]
    [InlineData("numberline")]
    [InlineData("gym_cards/NumberLine-v0")]
    public void An_environment_is_found_by_id_and_by_short_name(string name) =>
        Assert.Equal("gym_cards/NumberLine-v0", EnvironmentCatalog.Find(name).OrThrow().Id);

    [Theory]
    [InlineData("numberlin", "did you mean 'numberline'? ")]
    [InlineData("NumberLine", "did you mean 'numberline'? ")]
    [InlineData("gym_cards/NumberLine-v1", "did you mean 'gym_cards/NumberLine-v0'? ")]
    [InlineData("atlantis", "")]
    [InlineData("", "")]
    public void An_unknown_environment_is_a_fault_that_suggests_the_nearest_name(string name, string suggestion)
    {
        Fault fault = Assert.IsType<Result<IEnvironment>.Failed>(EnvironmentCatalog.Find(name)).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Equal($"there is no environment '{name}'; {suggestion}`vlmq env list` lists them", fault.ToString());
    }

    [Fact]
    public void Names_and_ids_are_unique_and_entries_say_the_id_of_their_environment()
    {
        string[] names = [.. EnvironmentCatalog.All.SelectMany(entry => (string[])[entry.Name, entry.Id])];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(EnvironmentCatalog.All, entry => Assert.Equal(entry.Id, entry.Environment.Id));
    }
}
