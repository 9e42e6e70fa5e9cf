using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Lora;

public sealed class LoraAdaptersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-lora-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fresh_adapters_change_nothing()
    {
        using TinyVlm model = TinyModels.New();
        using Tensor before = Logits(model);
        Attach(model);
        using Tensor after = Logits(model);
        Assert.True(before.allclose(after, 0, 0));
    }

    [Fact]
    public void An_adapter_adds_its_scaled_product()
    {
        // W = 0; B·A = [1 2]ᵀ·[3 4] = [3 4; 6 8]; s = 8/2 = 4.
        using LoraAdapter adapter = new("layer", 2, 2, new LoraOptions(2, 8, ["layer"]), new RandomKey(1));
        using (no_grad())
        {
            adapter.A.copy_(tensor(new float[] { 3, 4, 0, 0 }, [2, 2]));
            adapter.B.copy_(tensor(new float[] { 1, 0, 2, 0 }, [2, 2]));
        }
        using Tensor weight = adapter.Effective(zeros(2, 2));
        Assert.Equal([12, 16, 24, 32], weight.data<float>().ToArray());
    }

    [Fact]
    public void Only_adapters_and_critics_are_trained()
    {
        using TinyVlm model = TinyModels.New();
        Attach(model);
        Assert.All(
            model.TrainableParameters(),
            pair =>
                Assert.True(
                    pair.Name.StartsWith("critics.online", StringComparison.Ordinal)
                        || pair.Name.Contains("lora_", StringComparison.Ordinal),
                    pair.Name
                )
        );
        using Tensor loss = Logits(model).sum();
        loss.backward();
        Assert.NotNull(model.Adapters[AdapterSet.DefaultName].Find("blocks.0.qkv")!.B.grad);
        Assert.Null(model.Adapters[AdapterSet.DefaultName].Find("head"));
        Assert.Null(model.named_parameters().Single(pair => pair.name == "blocks.0.qkv.weight").parameter.grad);
    }

    [Fact]
    public void Adapters_go_to_where_their_model_lies()
    {
        using LoraAdapters adapters = new(
            new LoraOptions(2, 4, ["x"]),
            new Dictionary<string, (long, long)> { ["a.x"] = (3, 5) },
            new RandomKey(1)
        );

        adapters.MoveTo(META);

        LoraAdapter adapter = Assert.Single(adapters.All);
        Assert.Equal((DeviceType.META, DeviceType.META), (adapter.A.device_type, adapter.B.device_type));
        Assert.True(adapter.A.requires_grad && adapter.B.requires_grad);
        Assert.Equal([2L, 5], adapter.A.shape);
        Assert.Equal([3L, 2], adapter.B.shape);
    }

    [Fact]
    public void Merging_keeps_what_the_model_computes()
    {
        using TinyVlm model = TinyModels.New();
        Attach(model);
        Disturb(model);
        using Tensor adapted = Logits(model);
        model.MergeAdapters();
        using Tensor merged = Logits(model);
        Assert.True(model.Adapters.IsEmpty);
        Assert.True(adapted.allclose(merged, 1e-4, 1e-5));
        Assert.Contains(model.TrainableParameters(), pair => pair.Name == "blocks.0.qkv.weight");
        Assert.DoesNotContain(model.TrainableParameters(), pair => pair.Name.Contains("target", StringComparison.Ordinal));
    }

    [Fact]
    public void Adapters_are_written_under_pefts_names_and_read_back()
    {
        using TinyVlm model = TinyModels.New();
        Attach(model);
        Disturb(model);
        model.Adapters.Save(_folder);
        using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_folder, LoraAdapters.WeightsFileName)).OrThrow())
        {
            Assert.Equal([4, 16], file.Find("base_model.model.blocks.1.qkv.lora_A.weight")!.Shape);
            Assert.Equal([48, 4], file.Find("base_model.model.blocks.1.qkv.lora_B.weight")!.Shape);
        }
        using Tensor expected = Logits(model);
        using TinyVlm other = TinyModels.New();
        other.Attach(LoraAdapters.Load(_folder, other.AdaptableLinears).OrThrow());
        using Tensor actual = Logits(other);
        Assert.True(expected.allclose(actual, 0, 0));
    }

    private static void Attach(TinyVlm model) =>
        model.Attach(new LoraAdapters(new LoraOptions(4, 8, ["qkv", "contract"]), model.AdaptableLinears, new RandomKey(3)));

    private static void Disturb(TinyVlm model)
    {
        using IDisposable noGradient = no_grad();
        foreach ((_, Parameter parameter) in model.Adapters.NamedParameters())
        {
            parameter.add_(0.1);
        }
    }

    private static Tensor Logits(TinyVlm model)
    {
        using TurnInput input = model.Prepare(TinyModels.Turns(([3, 4, 5], [7, 8, 9])), [0]);
        return model.Logits(model.Hidden(input));
    }
}
