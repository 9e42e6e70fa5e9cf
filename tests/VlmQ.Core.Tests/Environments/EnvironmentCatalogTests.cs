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

    [Fact]
    public void An_unknown_environment_is_a_fault_that_lists_what_exists()
    {
        Fault fault = Assert.IsType<Result<IEnvironment>.Failed>(EnvironmentCatalog.Find("numberlin")).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Equal("there is no environment 'numberlin'; use one of: numberline", fault.ToString());
    }
}
