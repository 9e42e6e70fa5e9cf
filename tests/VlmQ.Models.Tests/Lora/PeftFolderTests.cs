using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Lora;

public sealed class PeftFolderTests : IDisposable
{
    private static readonly Dictionary<string, (long Out, long In)> Linears = new() { ["h.0.qkv"] = (6, 4), ["h.1.qkv"] = (6, 4) };

    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-peft-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_without_adapters_is_said_to_have_none()
    {
        Fault fault = Assert.IsType<Result<LoraAdapters>.Failed>(LoraAdapters.Load(_folder, Linears)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Equal($"{_folder}: there is no adapter_config.json, so there are no adapters; name the folder that holds them", $"{fault}");
    }

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("moondream2-2024-08-26", "text_model.transformer.h.1.mixer.Wqkv")]
    [InlineData("moondream2-2025-06-21", "model.text.blocks.1.attn.qkv")]
    [InlineData("xgen-mm-phi3-mini-instruct-interleave-r-v1.5", "vlm.lang_model.model.layers.1.self_attn.qkv_proj")]
    public void Pefts_own_adapters_are_read_and_written_again(string fixture, string module)
    {
        string folder = Fixtures.PathOf(Path.Combine("models", fixture, "adapter"));
        using SafetensorsFile model = SafetensorsFile.Open(Fixtures.PathOf(Path.Combine("models", fixture, "model.safetensors"))).OrThrow();
        Dictionary<string, (long Out, long In)> linears = model
            .Header.Entries.Where(entry => entry.Name.EndsWith(".weight", StringComparison.Ordinal) && entry.Shape.Length == 2)
            .ToDictionary(entry => entry.Name[..^".weight".Length], entry => (entry.Shape[0], entry.Shape[1]));
        using LoraAdapters adapters = LoraAdapters.Load(folder, linears).OrThrow();
        LoraAdapter adapter = Assert.Single(adapters.All);
        Assert.Equal(module, adapter.Module);
        Assert.Equal(2, adapter.Scale);
        adapters.Save(_folder);
        string weights = LoraAdapters.WeightsFileName;
        using SafetensorsFile theirs = SafetensorsFile.Open(Path.Combine(folder, weights)).OrThrow();
        using SafetensorsFile ours = SafetensorsFile.Open(Path.Combine(_folder, weights)).OrThrow();
        Assert.Equal(theirs.Names.Order(StringComparer.Ordinal), ours.Names.Order(StringComparer.Ordinal));
        Assert.All(theirs.Names, name => Assert.True(theirs.Read(name).Equals(ours.Read(name)), name));
        AssertSameFields(Path.Combine(folder, LoraAdapters.ConfigFileName), Path.Combine(_folder, LoraAdapters.ConfigFileName));
    }

    [Theory]
    [InlineData("\"peft_type\": \"LOHA\"", "peft_type LOHA")]
    [InlineData("\"use_dora\": true", "use_dora")]
    [InlineData("\"fan_in_fan_out\": true", "fan_in_fan_out")]
    [InlineData("\"lora_bias\": true", "lora_bias")]
    [InlineData("\"bias\": \"all\"", "bias all")]
    [InlineData("\"bias\": \"lora_only\"", "bias lora_only")]
    [InlineData("\"modules_to_save\": [\"lm_head\"]", "modules_to_save")]
    [InlineData("\"layer_replication\": [[0, 1]]", "layer_replication")]
    [InlineData("\"trainable_token_indices\": [1]", "trainable_token_indices")]
    [InlineData("\"init_lora_weights\": \"pissa_niter_4\"", "init_lora_weights pissa_niter_4")]
    public void What_would_be_computed_differently_is_refused_by_name(string field, string named)
    {
        WriteConfig(field);
        Fault fault = Refused();
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains($"asks for {named}", fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"some_field_of_the_future\": {\"a\": 1}")]
    [InlineData("\"modules_to_save\": []")]
    [InlineData("\"bias\": \"none\"")]
    [InlineData("\"init_lora_weights\": \"gaussian\"")]
    public void What_changes_nothing_is_tolerated(string field)
    {
        WriteAdapter();
        WriteConfig(field);
        using LoraAdapters adapters = LoraAdapters.Load(_folder, Linears).OrThrow();
        Assert.Equal(2, adapters.All.Count());
    }

    [Theory]
    [InlineData("\"r\": 0")]
    [InlineData("\"r\": \"four\"")]
    [InlineData("\"lora_dropout\": 1.5")]
    [InlineData("\"target_modules\": 7")]
    [InlineData("\"target_modules\": \"(unclosed\"")]
    [InlineData("\"rank_pattern\": {\"qkv\": -1}")]
    [InlineData("\"layers_to_transform\": \"one\"")]
    public void A_value_that_makes_no_sense_is_a_fault_of_the_data(string field)
    {
        WriteAdapter();
        WriteConfig(field);
        Assert.Equal(FaultKind.Data, Refused().Kind);
    }

    [Fact]
    public void Targets_that_name_no_layer_are_refused_with_what_layers_are_called()
    {
        WriteAdapter();
        WriteConfig("\"target_modules\": [\"q_proj\"]");
        Fault fault = Refused();
        Assert.Contains("q_proj", fault.What, StringComparison.Ordinal);
        Assert.Contains("h.0.qkv", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_left_over_and_misshapen_weights_are_named_with_what_was_expected()
    {
        WriteAdapter();
        WriteConfig("\"target_modules\": [\"h.0.qkv\"]");
        Assert.Contains("'base_model.model.h.1.qkv.lora_A.weight' [2, 4]", Refused().What, StringComparison.Ordinal);
        WriteConfig("\"r\": 3");
        Assert.Contains(
            "'base_model.model.h.0.qkv.lora_A.weight' has the shape [2, 4], but [3, 4] is needed",
            Refused().What,
            StringComparison.Ordinal
        );
        WriteConfig("\"r\": 2");
        Dictionary<string, (long, long)> more = new(Linears) { ["h.2.qkv"] = (6, 4) };
        Fault fault = Assert.IsType<Result<LoraAdapters>.Failed>(LoraAdapters.Load(_folder, more)).Fault;
        Assert.Contains("there is no 'base_model.model.h.2.qkv.lora_A.weight' [2, 4]", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_choice_survives_writing_and_reading()
    {
        LoraOptions options = new(2, 5.5, ["qkv"], rankStabilized: true)
        {
            Dropout = 0.25,
            Layers = [1],
            LayersPattern = ["h"],
            ExcludedModules = [".*vision.*"],
            ExclusionIsExpression = true,
            RankPattern = [new LoraOverride("m.h.1.qkv", 3)],
            AlphaPattern = [new LoraOverride("m.h.1.qkv", 7)],
            BaseModel = "base",
        };
        Dictionary<string, (long, long)> linears = Linears.ToDictionary(pair => "m." + pair.Key, pair => pair.Value);
        using LoraAdapters adapters = new(options, linears, new RandomKey(1));
        adapters.Save(_folder);
        using LoraAdapters read = LoraAdapters.Load(_folder, linears).OrThrow();
        Assert.Equal(JsonSerializer.Serialize(options), JsonSerializer.Serialize(read.Options));
        Assert.Equal("m.h.1.qkv", Assert.Single(read.All).Module);
    }

    [Fact]
    public void All_layers_are_written_by_name_because_peft_reads_all_linear_in_its_own_way()
    {
        using LoraAdapters adapters = new(new LoraOptions(2, 4, [LoraOptions.AllLinear]), Linears, new RandomKey(1));
        adapters.Save(_folder);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, LoraAdapters.ConfigFileName)));
        Assert.Equal(
            ["h.0.qkv", "h.1.qkv"],
            document.RootElement.GetProperty("target_modules").EnumerateArray().Select(item => item.GetString()!)
        );
    }

    [Fact]
    public void A_folder_with_a_pickle_alone_is_refused_with_the_way_out()
    {
        WriteConfig("\"r\": 2");
        File.WriteAllText(Path.Combine(_folder, "adapter_model.bin"), "not opened");
        Fault fault = Refused();
        Assert.EndsWith("adapter_model.bin", fault.Where, StringComparison.Ordinal);
        Assert.Contains("safetensors", fault.Remedy, StringComparison.Ordinal);
    }

    private Fault Refused() => Assert.IsType<Result<LoraAdapters>.Failed>(LoraAdapters.Load(_folder, Linears)).Fault;

    private void WriteAdapter()
    {
        using LoraAdapters adapters = new(new LoraOptions(2, 4, ["qkv"]), Linears, new RandomKey(1));
        adapters.Save(_folder);
    }

    // Later fields of a name win, as in Python.
    private void WriteConfig(string field) =>
        File.WriteAllText(
            Path.Combine(_folder, LoraAdapters.ConfigFileName),
            $$"""{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["qkv"], {{field}}}"""
        );

    private static void AssertSameFields(string theirs, string ours)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(theirs));
        using JsonDocument actual = JsonDocument.Parse(File.ReadAllBytes(ours));
        foreach (JsonProperty field in actual.RootElement.EnumerateObject())
        {
            // Which class of PEFT's wraps the model is Python's business.
            if (field.Name != "task_type" && expected.RootElement.TryGetProperty(field.Name, out JsonElement value))
            {
                Assert.True(JsonElement.DeepEquals(value, field.Value), field.Name);
            }
        }
    }
}
