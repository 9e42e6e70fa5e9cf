using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;

namespace VlmQ.Models.Tests.Safetensors;

public sealed class SafetensorsHeaderTests
{
    [Fact]
    public void A_header_lists_its_tensors_in_the_order_of_their_data()
    {
        SafetensorsHeader header = Parse(
                """{"b":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"__metadata__":{"k":"v"}}""",
                10
            )
            .OrThrow();
        Assert.Equal(["a", "b"], header.Entries.Select(entry => entry.Name));
        Assert.Equal("v", header.Metadata["k"]);
    }

    [Theory]
    [InlineData("""[]""", 0)]
    [InlineData("""{"a":1}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"14","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3)]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I8","shape":[1],"data_offsets":[2,3]}}""", 3)]
    [InlineData("""{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[2],"data_offsets":[1,3]}}""", 3)]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}""", 2)]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4)]
    public void A_header_that_does_not_fit_is_refused(string json, long dataLength)
    {
        Result<SafetensorsHeader>.Failed failed = Assert.IsType<Result<SafetensorsHeader>.Failed>(Parse(json, dataLength));
        Assert.Equal(FaultKind.Data, failed.Fault.Kind);
        Assert.Equal("file", failed.Fault.Where);
    }

    private static Result<SafetensorsHeader> Parse(string json, long dataLength) =>
        SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), dataLength, "file");
}
