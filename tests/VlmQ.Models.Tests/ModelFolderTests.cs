using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests;

/// <summary>The tiny models under official names, read from their folders, written and read again.</summary>
[Trait("Category", "Golden")]
public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-model-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names { get; } =
        new() { MoonDream2024Description.Name, MoonDream2025Description.Name, XGenMmDescription.Name };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_has_the_weights_of_its_folder_to_the_bit_and_writes_them_again(string name)
    {
        string source = Fixtures.PathOf("models", name);
        using VisionLanguageModel model = Load(source);
        Assert.Equal(name, model.Family);
        Assert.True(model.Adapters.IsEmpty);
        AssertHolds(model, source);
        ModelFolder.Save(model, _folder);
        AssertSameTensors(source, _folder);
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "config.json")), File.ReadAllBytes(Path.Combine(_folder, "config.json")));
        using VisionLanguageModel again = Load(_folder);
        AssertSameParameters(model, again);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_that_adapters_are_trained_on_writes_adapters_and_critics_and_finds_its_own_weights_again(string name)
    {
        string source = Fixtures.PathOf("models", name);
        using VisionLanguageModel model = Load(source);
        LoraAdapters adapters = LoraAdapters.Load(Path.Combine(source, "adapter"), model.AdaptableLinears).OrThrow();
        LoraOptions recorded = adapters.Options with { BaseModel = source };
        using LoraAdapters based = new(recorded, model.AdaptableLinears, new VlmQ.Core.Randomness.RandomKey(3));
        based.ReadWeights(Path.Combine(source, "adapter"));
        adapters.Dispose();
        model.Attach(based.Copy());
        Disturb(model.Critics.parameters().First());
        ModelFolder.Save(model, _folder);
        Assert.Equal(
            ["adapter_config.json", "adapter_model.safetensors", "critics.json", "critics.safetensors"],
            Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(source, ModelFolder.BaseOf(_folder).OrThrow());
        using VisionLanguageModel again = Load(_folder);
        AssertSameParameters(model, again);
        Assert.Equal(
            model.Adapters.NamedParameters().Select(pair => Bytes(pair.Parameter)),
            again.Adapters.NamedParameters().Select(pair => Bytes(pair.Parameter))
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_merged_checkpoint_in_shards_is_the_merged_model(string name)
    {
        string source = Fixtures.PathOf("models", name);
        using OfficialCheckpoint checkpoint = OfficialCheckpoint.Open(source).OrThrow();
        using LoraAdapters adapters = LoraAdapters.Load(Path.Combine(source, "adapter"), checkpoint.Description.AdaptableLinears).OrThrow();
        long bytes = AdapterMerge.Write(checkpoint, adapters, _folder, shardBytes: 100_000);
        Assert.Equal(checkpoint.Tensors.Sum(tensor => tensor.Entry.Bytes), bytes);
        Assert.True(File.Exists(Path.Combine(_folder, "model.safetensors.index.json")));
        Assert.True(Directory.EnumerateFiles(_folder, "model-*-of-*.safetensors").Count() > 3);
        using VisionLanguageModel merged = Load(_folder);
        using VisionLanguageModel expected = Load(source);
        expected.Attach(adapters.Copy());
        expected.MergeAdapters();
        AssertSameParameters(expected, merged);
        // One layer is another now.
        using VisionLanguageModel plain = Load(source);
        Assert.Single(plain.named_parameters().Zip(merged.named_parameters()), pair => !Same(pair.First.parameter, pair.Second.parameter));
    }

    [Fact]
    public void Older_names_and_transposed_features_are_the_same_model()
    {
        string source = Fixtures.PathOf("models", MoonDream2025Description.Name);
        File.Copy(Path.Combine(source, "config.json"), Path.Combine(_folder, "config.json"));
        using (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(source).OrThrow())
        {
            List<KeyValuePair<string, Tensor>> renamed = [];
            foreach (string official in checkpoint.Names)
            {
                Tensor tensor = checkpoint.Read(official);
                string name = official["model.".Length..];
                if (name == "region.coord_features")
                {
                    name = "region_model.coordinate_features.weight";
                    tensor = tensor.t().contiguous();
                }
                renamed.Add(KeyValuePair.Create(name, tensor));
            }
            SafetensorsWriter.Write(Path.Combine(_folder, "model.safetensors"), renamed);
        }
        using VisionLanguageModel expected = Load(source);
        using VisionLanguageModel found = Load(_folder);
        AssertSameParameters(expected, found);
    }

    [Fact]
    public void A_damaged_folder_is_refused_before_a_model_is_built()
    {
        string source = Fixtures.PathOf("models", MoonDream2024Description.Name);
        File.Copy(Path.Combine(source, "config.json"), Path.Combine(_folder, "config.json"));
        Assert.Contains("holds neither", Refused(_folder).ToString(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "pytorch_model.bin"), "x");
        Assert.Contains("is a pickle", Refused(_folder).ToString(), StringComparison.Ordinal);
        using (Tensor one = ones(2))
        {
            SafetensorsWriter.Write(Path.Combine(_folder, "model.safetensors"), [KeyValuePair.Create("x", one)]);
        }
        Assert.Contains("'vision_encoder.encoder.model.visual.patch_embed.linear.weight'", Refused(_folder).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_for_a_model_that_is_not_there_say_so()
    {
        File.WriteAllText(
            Path.Combine(_folder, "adapter_config.json"),
            """{"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["x"], "base_model_name_or_path": "nowhere"}"""
        );
        Assert.Contains("is for the model 'nowhere', which is not there", Refused(_folder).What, StringComparison.Ordinal);
    }

    private static VisionLanguageModel Load(string folder) =>
        ModelFolder.Load(folder, new ModelLoadOptions { Kernels = new PlainKernels(), Critics = new CriticSettings(1, 4) }).OrThrow();

    private static Fault Refused(string folder) =>
        Assert
            .IsType<Result<VisionLanguageModel>.Failed>(ModelFolder.Load(folder, new ModelLoadOptions { Kernels = new PlainKernels() }))
            .Fault;

    private static void Disturb(Parameter parameter)
    {
        using IDisposable noGradient = no_grad();
        parameter.add_(1);
    }

    private static void AssertHolds(VisionLanguageModel model, string folder)
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        int compared = 0;
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (checkpoint.Find(name) is not null)
            {
                using Tensor stored = checkpoint.Read(name);
                Assert.Equal(stored.dtype, parameter.dtype);
                Assert.True(Same(stored, parameter), name);
                compared++;
            }
        }
        Assert.True(compared > 60);
    }

    private static void AssertSameTensors(string expected, string actual)
    {
        using SafetensorsCheckpoint one = SafetensorsCheckpoint.Open(expected).OrThrow();
        using SafetensorsCheckpoint other = SafetensorsCheckpoint.Open(actual).OrThrow();
        Assert.Equal(one.Names.Order(StringComparer.Ordinal), other.Names.Order(StringComparer.Ordinal));
        foreach (string name in one.Names)
        {
            using Tensor first = one.Read(name);
            using Tensor second = other.Read(name);
            Assert.True(first.dtype == second.dtype && Same(first, second), name);
        }
    }

    private static void AssertSameParameters(VisionLanguageModel expected, VisionLanguageModel actual) =>
        Assert.All(
            expected.named_parameters().Zip(actual.named_parameters()),
            pair =>
            {
                Assert.Equal(pair.First.name, pair.Second.name);
                Assert.True(Same(pair.First.parameter, pair.Second.parameter), pair.First.name);
            }
        );

    private static bool Same(Tensor one, Tensor other) =>
        one.shape.AsSpan().SequenceEqual(other.shape) && Bytes(one).AsSpan().SequenceEqual(Bytes(other));

    private static byte[] Bytes(Tensor tensor)
    {
        using Tensor detached = tensor.detach();
        using Tensor packed = detached.contiguous();
        return packed.bytes.ToArray();
    }
}
