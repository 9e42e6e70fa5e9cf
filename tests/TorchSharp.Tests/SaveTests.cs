using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class SaveTests
{
    [Fact]
    public void A_saved_module_is_its_entries_one_after_another()
    {
        using var model = nn.Linear(2, 1);
        nn.init.constant_(model.weight, 1.5);
        nn.init.constant_(model.bias!, -2);
        using var stream = new MemoryStream();
        model.save(stream);
        Assert.False(stream.CanWrite);
        byte[] expected =
        [
            2,
            6,
            .. "weight"u8,
            6,
            2,
            1,
            2,
            .. BitConverter.GetBytes(1.5f),
            .. BitConverter.GetBytes(1.5f),
            4,
            .. "bias"u8,
            6,
            1,
            1,
            .. BitConverter.GetBytes(-2f),
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void A_module_loads_what_it_saved_into_the_parameters_it_has()
    {
        using var model = nn.Linear(3, 2);
        using var other = nn.Linear(3, 2);
        var weight = other.weight;
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            model.save(writer);
        }

        stream.Position = 0;
        var loaded = new Dictionary<string, bool>();
        using var reader = new BinaryReader(stream);
        other.load(reader, skip: ["bias"], loadedParameters: loaded);
        Assert.Same(weight, other.weight);
        Assert.True(other.weight.Equals(model.weight));
        Assert.False(other.bias!.Equals(model.bias!));
        Assert.Equal([("weight", true), ("bias", false)], loaded.Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void Loading_strictly_refuses_what_does_not_fit()
    {
        var saved = Saved(nn.Linear(3, 2));
        Assert.Throws<ArgumentException>(() => nn.Linear(3, 2, hasBias: false).load(new MemoryStream(saved)));
        Assert.Throws<ArgumentException>(() => nn.Linear(4, 2).load(new MemoryStream(saved)));
        Assert.Throws<ArgumentException>(() => nn.Linear(3, 2, dtype: ScalarType.Float64).load(new MemoryStream(saved)));
        Assert.Throws<ArgumentException>(() => nn.LayerNorm(6).load(new MemoryStream(saved), strict: false));
        nn.Linear(3, 2, hasBias: false).load(new MemoryStream(saved), strict: false);
        Assert.Throws<EndOfStreamException>(() => nn.Linear(3, 2).load(new MemoryStream(saved[..^2])));
    }

    [Fact]
    public void A_state_dictionary_names_what_is_missing_and_unexpected()
    {
        using var model = nn.Linear(2, 2);
        var source = new Dictionary<string, Tensor> { ["weight"] = ones(2, 2), ["extra"] = ones(1) };
        Assert.Throws<InvalidOperationException>(() => model.load_state_dict(source));
        var (missing, unexpected) = model.load_state_dict(source, strict: false);
        Assert.Equal(["bias"], missing);
        Assert.Equal(["extra"], unexpected);
        Numbers.Close([1, 1, 1, 1], model.weight);
    }

    [Fact]
    public void A_tensor_survives_bytes_and_archives()
    {
        using var scope = NewDisposeScope();
        var t = Numbers.Wave(3, 200).t();
        using var stream = new MemoryStream();
        t.Save(stream);
        Assert.Equal([6, 2, 200, 1, 3], stream.ToArray()[..5]);
        stream.Position = 0;
        Assert.True(Tensor.Load(stream).Equals(t));

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "t.pt");
            t.to(ScalarType.BFloat16).save(path);
            Assert.Equal((byte)'P', File.ReadAllBytes(path)[0]);
            Assert.True(load(path).Equals(t.to(ScalarType.BFloat16)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Saved(nn.Module module)
    {
        using var stream = new MemoryStream();
        module.save(stream);
        return stream.ToArray();
    }
}
