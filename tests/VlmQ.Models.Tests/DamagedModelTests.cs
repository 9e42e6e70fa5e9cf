using System.Collections.Immutable;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using VlmQ.Tests.Shared.Tensors;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests;

/// <summary>Folders whose weights are not what their configuration needs: each kind of damage in each family.</summary>
[Trait("Category", "Golden")]
[Collection(nameof(LiveTensors))]
public sealed class DamagedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-damaged-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A family, and one of its tensors.</summary>
    public static TheoryData<string, string> Tensors { get; } =
        new()
        {
            { MoonDream2024Description.Name, "text_model.transformer.h.1.mixer.Wqkv.weight" },
            { MoonDream2025Description.Name, "model.text.blocks.1.attn.qkv.weight" },
            { XGenMmDescription.Name, "vlm.lang_model.model.layers.1.self_attn.qkv_proj.weight" },
            { TinyVlmDescription.Name, "" },
        };

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_that_is_missing_is_named_with_its_shape(string family, string name)
    {
        (name, string shape) = Damage(family, name, _ => null);
        Assert.Contains($"{family} needs '{name}' of the shape {shape}, which is missing", Refused().What, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_shape_is_named_with_both(string family, string name)
    {
        (name, string shape) = Damage(family, name, _ => zeros(3, 5));
        Assert.Equal($"'{name}' has the shape [3, 5], but {family} needs {shape}", Refused().What);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_of_another_type_is_named_with_what_weights_are(string family, string name)
    {
        (name, _) = Damage(family, name, tensor => tensor.to(ScalarType.Int32));
        Assert.Equal($"'{name}' is stored as I32; weights are F32, BF16, F16 or F64", Refused().What);
    }

    [Theory]
    [MemberData(nameof(Tensors))]
    public void A_tensor_too_many_is_named(string family, string name)
    {
        Damage(family, name, tensor => tensor.alias(), extra: "text_model.intruder.weight");
        Assert.Equal($"'text_model.intruder.weight' belongs to no part of {family}", Refused().What);
    }

    [Fact]
    public void Files_that_are_no_safetensors_are_refused_with_their_names()
    {
        string[] files = Directory.GetFiles(Fixtures.PathOf("models", "safetensors", "bad"), "*.safetensors");
        Assert.NotEmpty(files);
        CopyConfiguration(MoonDream2024Description.Name);
        Assert.All(
            files,
            file =>
            {
                File.WriteAllBytes(Weights, File.ReadAllBytes(file));
                Fault fault = Refused();
                Assert.Equal(FaultKind.Data, fault.Kind);
                Assert.StartsWith(_folder, fault.Where, StringComparison.Ordinal);
                Assert.NotEmpty(fault.What);
            }
        );
    }

    [Fact]
    public void A_model_of_full_size_whose_weights_do_not_fit_is_refused_without_its_memory()
    {
        // 1.9 billion parameters by configuration, a few hundred thousand in the file.
        Damage(MoonDream2025Description.Name, "model.text.blocks.1.attn.qkv.weight", tensor => tensor.alias());
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"architectures": ["HfMoondream"], "model_type": "moondream1"}""");
        long before = Environment.WorkingSet;
        Assert.Contains("but moondream2-2025-06-21 needs [", Refused().What, StringComparison.Ordinal);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100 << 20);
    }

    private string Weights => Path.Combine(_folder, "model.safetensors");

    private Fault Refused()
    {
        ModelLoadOptions options = new() { Kernels = new PlainKernels() };
        Fault fault = Assert.IsType<Result<VisionLanguageModel>.Failed>(ModelFolder.Load(_folder, options)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        return fault;
    }

    /// <summary>A copy of a family's tiny model in which one tensor is replaced, or left out.</summary>
    /// <returns>The tensor's name, the first where none is named, and the shape that it had.</returns>
    private (string Name, string Shape) Damage(string family, string name, Func<Tensor, Tensor?> change, string? extra = null)
    {
        string source = SourceOf(family);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(source).OrThrow();
        string chosen = name.Length > 0 ? name : checkpoint.Names.Order(StringComparer.Ordinal).First();
        List<KeyValuePair<string, Tensor>> tensors = [];
        foreach (string each in checkpoint.Names)
        {
            using Tensor read = checkpoint.Read(each);
            if ((each == chosen ? change(read) : read.alias()) is { } kept)
            {
                tensors.Add(KeyValuePair.Create(each, kept));
            }
        }
        if (extra is not null)
        {
            tensors.Add(KeyValuePair.Create(extra, zeros(2)));
        }
        string shape = $"[{string.Join(", ", checkpoint.Find(chosen)!.Shape)}]";
        SafetensorsWriter.Write(Path.Combine(_folder, "written"), tensors);
        tensors.ForEach(pair => pair.Value.Dispose());
        File.Move(Path.Combine(_folder, "written"), Weights, overwrite: true);
        CopyConfiguration(family);
        return (chosen, shape);
    }

    private string SourceOf(string family)
    {
        if (family != TinyVlmDescription.Name)
        {
            return Fixtures.PathOf("models", family);
        }
        using TinyVlm tiny = TinyModels.New();
        ModelFolder.Save(tiny, _folder);
        return _folder;
    }

    private void CopyConfiguration(string family)
    {
        if (family != TinyVlmDescription.Name)
        {
            byte[] configuration = File.ReadAllBytes(Fixtures.PathOf("models", family, "config.json"));
            File.WriteAllBytes(Path.Combine(_folder, "config.json"), configuration);
        }
    }
}
