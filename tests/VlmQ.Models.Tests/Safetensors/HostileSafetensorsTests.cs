using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Safetensors;

public sealed class HostileSafetensorsTests : IDisposable
{
    private const string Header = """
        {"__metadata__":{"format":"pt"},
         "a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
         "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},
         "none":{"dtype":"I64","shape":[0,7],"data_offsets":[32,32]},
         "scalar":{"dtype":"U8","shape":[],"data_offsets":[32,33]}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Damaged_files_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        byte[] original = FileOf(Encoding.UTF8.GetBytes(Header), 33);
        Read(original);
        int refused = await Fuzz.RunAsync([original], Read, IsClean, Budget, Mutate);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Fact]
    public async Task Damaged_indexes_of_shards_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        File.WriteAllBytes(Path.Combine(_folder, "model-1.safetensors"), FileOf(Encoding.UTF8.GetBytes(Header), 33));
        byte[] original =
            """
            {"metadata":{"total_size":33},"weight_map":{"a.weight":"model-1.safetensors","b":"model-1.safetensors"}}
            """u8.ToArray();
        ReadIndex(original);
        int refused = await Fuzz.RunAsync([original], ReadIndex, IsClean, Budget);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("""{"a":{"dtype":"4095","shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("""{"a":{"dtype":"\udc00","shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"k":"\ud800"}}""")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"""
    )]
    public void A_header_of_what_no_tensor_can_be_is_refused(string header) =>
        Assert.Throws<FaultException>(() => Read(FileOf(Encoding.UTF8.GetBytes(header), 1)));

    [Fact]
    public async Task Every_length_that_a_header_can_claim_is_refused_without_memory_for_it()
    {
        byte[] original = FileOf(Encoding.UTF8.GetBytes(Header), 33);
        foreach (ulong claim in Mutations.Extremes)
        {
            byte[] hostile = [.. original];
            BinaryPrimitives.WriteUInt64LittleEndian(hostile, claim);
            Assert.False(await Fuzz.TryAsync(hostile, 0, Read, IsClean, Budget));
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":{\"shape\":[")]
    public async Task A_header_or_index_nested_without_end_is_refused(string opening)
    {
        byte[] nested = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(opening, 1 << 17)));
        Assert.False(await Fuzz.TryAsync(FileOf(nested, 1), 0, Read, IsClean, Budget));
        Assert.False(await Fuzz.TryAsync(nested, 0, ReadIndex, IsClean, Budget));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/etc/hostname")]
    [InlineData("../model-1.safetensors")]
    [InlineData("model\\u0000.safetensors")]
    [InlineData("\\ud800")]
    public void An_index_that_points_at_no_file_of_its_folder_is_refused(string name) =>
        Assert.Throws<FaultException>(() => ReadIndex(Encoding.UTF8.GetBytes($$$"""{"weight_map":{"a":"{{{name}}}"}}""")));

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    /// <summary>A header takes a few objects for each of its bytes; a tensor is as large as its stored bytes.</summary>
    private static long Budget(int length) => (1 << 20) + (200L * length);

    /// <summary>Damages the whole file, or its header alone.</summary>
    private static byte[] Mutate(byte[] original, int seed)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(original);
        return seed % 2 == 0 ? Mutations.Of(original, seed) : FileOf(Mutations.Of(original.AsSpan(8, length), seed), 33);
    }

    private static byte[] FileOf(ReadOnlySpan<byte> header, int dataLength)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file.AsSpan(8));
        return file;
    }

    private void Read(byte[] file)
    {
        string path = Path.Combine(_folder, SafetensorsCheckpoint.SingleFileName);
        File.WriteAllBytes(path, file);
        using SafetensorsFile opened = SafetensorsFile.Open(path).OrThrow();
        using DisposeScope scope = NewDisposeScope();
        foreach (string name in opened.Names)
        {
            opened.Read(name);
        }
    }

    private void ReadIndex(byte[] index)
    {
        string path = Path.Combine(_folder, SafetensorsCheckpoint.IndexFileName);
        File.WriteAllBytes(path, index);
        SafetensorsCheckpoint.Open(path).OrThrow().Dispose();
    }
}
