using System.Text.Json;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_dtype_is_read_as_the_format_says()
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("models", "safetensors", "all-dtypes.json")));
        using SafetensorsFile file = SafetensorsFile.Open(Fixtures.PathOf("models", "safetensors", "all-dtypes.safetensors")).OrThrow();
        foreach (JsonProperty entry in expected.RootElement.GetProperty("metadata").EnumerateObject())
        {
            Assert.Equal(entry.Value.GetString(), file.Header.Metadata[entry.Name]);
        }
        JsonElement tensors = expected.RootElement.GetProperty("tensors");
        Assert.Equal(tensors.EnumerateObject().Count(), file.Header.Entries.Length);
        foreach (JsonProperty tensor in tensors.EnumerateObject())
        {
            SafetensorsEntry entry = file.Find(tensor.Name) ?? throw new InvalidOperationException(tensor.Name);
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), entry.Dtype.ToString());
            Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), entry.Shape);
            AssertValues(tensor.Value.GetProperty("values"), file, entry);
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void A_sharded_checkpoint_reads_as_one()
    {
        string folder = Fixtures.PathOf("models", "safetensors", "sharded");
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "values.json")));
        Assert.NotEmpty(checkpoint.Names);
        foreach (string name in checkpoint.Names)
        {
            JsonElement values = expected.RootElement.TryGetProperty("tensors", out JsonElement tensors)
                ? tensors.GetProperty(name)
                : expected.RootElement.GetProperty(name);
            values = values.ValueKind == JsonValueKind.Object ? values.GetProperty("values") : values;
            using Tensor read = checkpoint.Read(name);
            Assert.Equal(Flatten(values), Doubles(read));
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Files_that_must_be_refused_are_refused_and_named()
    {
        string[] files = Directory.GetFiles(Fixtures.PathOf("models", "safetensors", "bad"), "*.safetensors");
        Assert.NotEmpty(files);
        foreach (string path in files)
        {
            Result<SafetensorsFile>.Failed failed = Assert.IsType<Result<SafetensorsFile>.Failed>(SafetensorsFile.Open(path));
            Assert.Equal(FaultKind.Data, failed.Fault.Kind);
            Assert.Equal(path, failed.Fault.Where);
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using Tensor weights = randn(3, 5);
        using Tensor transposed = weights.t();
        using Tensor half = weights.to(ScalarType.BFloat16);
        using Tensor ids = tensor(new long[] { -1, long.MaxValue });
        using Tensor nothing = empty(0, 4);
        string path = Path.Combine(_folder, "a.safetensors");
        SafetensorsWriter.Write(
            path,
            [new("weights", weights), new("transposed", transposed), new("half", half), new("ids", ids), new("nothing", nothing)],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        using SafetensorsFile file = SafetensorsFile.Open(path).OrThrow();
        Assert.Equal("pt", file.Header.Metadata["format"]);
        foreach (
            (string name, Tensor written) in new (string, Tensor)[]
            {
                ("weights", weights),
                ("transposed", transposed),
                ("half", half),
                ("ids", ids),
            }
        )
        {
            using Tensor read = file.Read(name);
            Assert.Equal(written.dtype, read.dtype);
            Assert.True(read.Equals(written), name);
        }
        Assert.Equal([0, 4], file.Find("nothing")!.Shape);
        Assert.Equal(0, new FileInfo(path).Length % 2);
        Assert.False(File.Exists(path + ".partial"));
    }

    [Fact]
    public void A_tensor_of_another_shape_is_not_read_into()
    {
        using Tensor weights = randn(3, 5);
        using Tensor other = randn(5, 3);
        string path = Path.Combine(_folder, "b.safetensors");
        SafetensorsWriter.Write(path, [new("weights", weights)]);
        using SafetensorsFile file = SafetensorsFile.Open(path).OrThrow();
        Fault fault = Assert.Throws<FaultException>(() => file.ReadInto("weights", other)).Fault;
        Assert.Contains("[3, 5]", fault.What, StringComparison.Ordinal);
        Assert.Contains(
            "there is no tensor 'bias'",
            Assert.Throws<FaultException>(() => file.Read("bias")).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_tensor_is_read_into_another_type_a_piece_at_a_time(ScalarType type)
    {
        // Larger than a piece, and with rows that do not divide one.
        using Tensor numbers = arange(3_000_001L * 2, dtype: ScalarType.Float32).div_(1e6).view(-1, 2).to(ScalarType.BFloat16);
        string path = Path.Combine(_folder, "c.safetensors");
        SafetensorsWriter.Write(path, [new("numbers", numbers)]);
        using Tensor destination = zeros(numbers.shape, dtype: type);
        using (SafetensorsFile file = SafetensorsFile.Open(path).OrThrow())
        {
            file.ReadInto("numbers", destination);
        }
        using Tensor expected = numbers.to(type);
        Assert.True(destination.Equals(expected));
    }

    [Fact]
    public void Large_weights_stay_in_the_file_until_they_are_written_to()
    {
        using Tensor weights = arange(2_000_000, dtype: ScalarType.Float32);
        string path = Path.Combine(_folder, "d.safetensors");
        SafetensorsWriter.Write(path, [new("weights", weights)]);
        byte[] before = File.ReadAllBytes(path);
        using TorchSharp.Modules.Parameter parameter = new(zeros(2_000_000));
        using (SafetensorsFile file = SafetensorsFile.Open(path).OrThrow())
        {
            file.ReadInto("weights", parameter);
        }
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.detach().Equals(weights));
        using (no_grad())
        {
            parameter.add_(1);
        }
        using Tensor moved = weights + 1;
        Assert.True(parameter.detach().Equals(moved));
        Assert.Equal(before, File.ReadAllBytes(path));
        File.Delete(path); // As when a newer checkpoint takes its place.
        Assert.True(parameter.detach().Equals(moved));
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pth")]
    [InlineData("model.pt")]
    public void A_pickle_is_never_opened_and_the_way_out_is_named(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "not opened");
        foreach (string what in (string[])[_folder, path])
        {
            Fault fault = Assert.IsType<Result<SafetensorsCheckpoint>.Failed>(SafetensorsCheckpoint.Open(what)).Fault;
            Assert.Equal((FaultKind.Data, path), (fault.Kind, fault.Where));
            Assert.Contains("pickle", fault.What, StringComparison.Ordinal);
            Assert.Contains("safetensors.torch.save_file", fault.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_file_is_a_fault() =>
        Assert.Equal(
            FaultKind.External,
            Assert.IsType<Result<SafetensorsFile>.Failed>(SafetensorsFile.Open(Path.Combine(_folder, "none"))).Fault.Kind
        );

    private static void AssertValues(JsonElement expected, SafetensorsFile file, SafetensorsEntry entry)
    {
        if (entry.Dtype.ToScalarType() is null)
        {
            byte[] bytes = new byte[entry.Bytes];
            file.ReadBytes(entry, bytes);
            ulong[] numbers = entry.Dtype switch
            {
                SafetensorsDtype.U16 =>
                [
                    .. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (ulong)value),
                ],
                SafetensorsDtype.U32 =>
                [
                    .. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes).ToArray().Select(value => (ulong)value),
                ],
                SafetensorsDtype.U64 => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes).ToArray(),
                _ => throw new InvalidOperationException(entry.Dtype.ToString()),
            };
            Assert.Equal(expected.EnumerateArray().Select(value => value.GetUInt64()), numbers);
            return;
        }
        using Tensor read = file.Read(entry.Name);
        if (entry.Dtype == SafetensorsDtype.I64)
        {
            Assert.Equal(expected.EnumerateArray().Select(value => value.GetInt64()), read.data<long>().ToArray());
            return;
        }
        Assert.Equal(Flatten(expected), Doubles(read));
    }

    private static double[] Doubles(Tensor tensor)
    {
        using Tensor doubles = tensor.to(ScalarType.Float64).flatten();
        return [.. doubles.data<double>().ToArray()];
    }

    private static double[] Flatten(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Flatten)],
            JsonValueKind.True => [1],
            JsonValueKind.False => [0],
            JsonValueKind.String =>
            [
                element.GetString() switch
                {
                    "inf" => double.PositiveInfinity,
                    "-inf" => double.NegativeInfinity,
                    "-0.0" => -0.0,
                    string other => double.Parse(other, System.Globalization.CultureInfo.InvariantCulture),
                    null => double.NaN,
                },
            ],
            _ => [element.GetDouble()],
        };
}
