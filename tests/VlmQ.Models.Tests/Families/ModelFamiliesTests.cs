using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Models.Families;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;

namespace VlmQ.Models.Tests.Families;

public sealed class ModelFamiliesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vlmq-families-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Published { get; } =
        new() { MoonDream2024Description.Name, MoonDream2025Description.Name, XGenMmDescription.Name };

    [Theory]
    [Trait("Category", "Golden")]
    [MemberData(nameof(Published))]
    public void Every_name_and_shape_of_the_published_models_is_known(string name)
    {
        ModelDescription description = Of(name);
        using JsonDocument keys = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("models", "keys", name + ".json")));
        Dictionary<string, string> expected = keys
            .RootElement.EnumerateObject()
            .ToDictionary(key => key.Name, key => string.Join(",", key.Value.EnumerateArray().Select(size => size.GetInt64())));
        Assert.Equal(
            expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            description
                .Tensors.ToDictionary(tensor => tensor.Name, tensor => string.Join(",", tensor.Shape))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_published_models_have_their_numbers_of_parameters()
    {
        Assert.Equal(
            [("vision", 412_987_248L), ("projection", 35_661_824), ("text", 1_418_270_720), ("region", 1_063_429)],
            Parts(Of(MoonDream2024Description.Name))
        );
        Assert.Equal(
            [("vision", 412_987_248L), ("projection", 35_661_824), ("text", 1_418_270_720), ("region", 60_317_312)],
            Parts(Of(MoonDream2025Description.Name))
        );
        Assert.Equal(
            [
                ("vision", 428_225_600L - 15_238_352),
                ("resampler", 109_901_568),
                ("text", 3_821_130_051),
                ("vision (pooling head)", 15_238_352),
            ],
            Parts(Of(XGenMmDescription.Name))
        );
    }

    [Theory]
    [Trait("Category", "Golden")]
    [MemberData(nameof(Published))]
    public void The_tiny_models_are_recognized_and_hold_what_their_configuration_says(string name)
    {
        string folder = Fixtures.PathOf("models", name);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        ModelDescription description = ModelFamilies.Read(folder, checkpoint.Names).OrThrow();
        Assert.Equal(name, description.Family);
        StoredTensor[] tensors = [.. CheckpointMatch.Of(description, Entries(checkpoint), folder).OrThrow()];
        Assert.Equal(description.Tensors.Length, tensors.Length);
        Assert.DoesNotContain(tensors, tensor => tensor.Transposed);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_older_names_of_2025_06_21_stand_for_the_same_tensors()
    {
        string folder = Fixtures.PathOf("models", MoonDream2025Description.Name);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        ModelDescription description = ModelFamilies.Read(folder).OrThrow();
        SafetensorsEntry[] older = [.. Entries(checkpoint).Select(Older)];
        Assert.DoesNotContain(older, entry => entry.Name.StartsWith("model.", StringComparison.Ordinal));
        StoredTensor[] tensors = [.. CheckpointMatch.Of(description, older, folder).OrThrow()];
        Assert.Equal(description.Tensors.Length, tensors.Length);
        Assert.Equal(
            ["model.region.coord_features", "model.region.size_features"],
            tensors.Where(tensor => tensor.Transposed).Select(tensor => tensor.Spec.Name)
        );
        SafetensorsEntry[] inner = [.. Entries(checkpoint).Select(entry => entry with { Name = entry.Name["model.".Length..] })];
        Assert.Equal(description.Tensors.Length, CheckpointMatch.Of(description, inner, folder).OrThrow().Length);
    }

    [Fact]
    public void Leftovers_of_compilation_in_names_do_not_matter()
    {
        MoonDream2024Description description = Small();
        IEnumerable<SafetensorsEntry> entries = Stored(description)
            .Select(entry => entry with { Name = entry.Name.Replace("visual.", "visual._orig_mod.", StringComparison.Ordinal) });
        Assert.Equal(description.Tensors.Length, CheckpointMatch.Of(description, entries, "x").OrThrow().Length);
    }

    [Fact]
    public void A_missing_tensor_is_named_with_the_shape_that_it_should_have()
    {
        MoonDream2024Description description = Small();
        string what = Refused(
            description,
            Stored(description).Where(entry => !entry.Name.EndsWith("mixer.Wqkv.weight", StringComparison.Ordinal))
        );
        Assert.Contains(
            "'text_model.transformer.h.0.mixer.Wqkv.weight' of the shape [24, 8], which is missing, and 1 more",
            what,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both_shapes()
    {
        MoonDream2024Description description = Small();
        string what = Refused(
            description,
            Stored(description)
                .Select(entry => entry.Name.EndsWith("wte.weight", StringComparison.Ordinal) ? entry with { Shape = [30, 9] } : entry)
        );
        Assert.Equal("'text_model.transformer.embd.wte.weight' has the shape [30, 9], but moondream2-2024-08-26 needs [30, 8]", what);
    }

    [Fact]
    public void A_tensor_too_many_is_named()
    {
        MoonDream2024Description description = Small();
        SafetensorsEntry extra = new("text_model.transformer.h.2.ln.bias", SafetensorsDtype.F16, [8], 0, 16);
        Assert.Contains(
            "'text_model.transformer.h.2.ln.bias' belongs to no part",
            Refused(description, Stored(description).Append(extra)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_tensor_of_a_type_that_weights_have_not_is_named()
    {
        MoonDream2024Description description = Small();
        string what = Refused(description, Stored(description).Select(entry => entry with { Dtype = SafetensorsDtype.I64 }));
        Assert.Contains("is stored as I64", what, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_tensor_twice_under_two_names_is_refused()
    {
        MoonDream2024Description description = Small();
        SafetensorsEntry twin = Stored(description).First();
        string what = Refused(description, Stored(description).Append(twin with { Name = "_orig_mod." + twin.Name }));
        Assert.Contains("are the same tensor", what, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_nothing_reads_may_be_missing()
    {
        MoonDream2024Description description = Small();
        IEnumerable<SafetensorsEntry> entries = Stored(description)
            .Where(entry => !entry.Name.StartsWith("region", StringComparison.Ordinal));
        Assert.All(CheckpointMatch.Of(description, entries, "x").OrThrow(), tensor => Assert.True(tensor.Spec.Required));
    }

    [Theory]
    [InlineData("""{"architectures": ["Moondream"], "model_type": "moondream1"}""", "moondream2-2024-08-26")]
    [InlineData("""{"architectures": ["HfMoondream"], "model_type": "moondream1", "config": {}}""", "moondream2-2025-06-21")]
    [InlineData("""{"model_type": "moondream1"}""", "moondream2-2024-08-26")]
    [InlineData("""{"model_type": "moondream1", "config": {}}""", "moondream2-2025-06-21")]
    [InlineData("""{"architectures": ["XGenMMModelForConditionalGeneration"]}""", "xgen-mm-phi3-mini-instruct-interleave-r-v1.5")]
    [InlineData(
        """{"model_type": "xgenmm", "text_config": {"initial_tokenizer_len": 32012}}""",
        "xgen-mm-phi3-mini-instruct-interleave-r-v1.5"
    )]
    [InlineData("""{"family": "tiny", "sizes": {"vocabulary": 24, "imagePlaceholder": 3}}""", "tiny")]
    public void A_sparse_configuration_is_enough(string config, string family) => Assert.Equal(family, Read(config).OrThrow().Family);

    [Fact]
    public void Names_of_tensors_tell_the_revisions_of_moondream_apart_where_the_class_is_not_named()
    {
        Write("""{"model_type": "moondream1"}""");
        Assert.Equal(MoonDream2025Description.Name, ModelFamilies.Read(_folder, ["model.vision.pos_emb"]).OrThrow().Family);
        Assert.Equal(MoonDream2024Description.Name, ModelFamilies.Read(_folder, ["text_model.lm_head.ln.bias"]).OrThrow().Family);
    }

    [Theory]
    [InlineData("""{"architectures": ["LlamaForCausalLM"], "model_type": "llama"}""", "of the kind LlamaForCausalLM, which is not known")]
    [InlineData("""{}""", "names neither architectures nor model_type")]
    [InlineData("""{"family": "huge"}""", "family 'huge' is not known")]
    [InlineData("""[]""", "is not a JSON object")]
    [InlineData("""{"architectures": "Moondream"}""", "'architectures' is not a list")]
    [InlineData("""{"architectures": [3]}""", "'architectures' holds something that is not a string")]
    [InlineData("""{"model_type": "moondream1", "text_config": {"hidden_size": 0}}""", "'text_config.hidden_size' is not a whole number")]
    [InlineData(
        """{"model_type": "moondream1", "text_config": {"hidden_size": 100000000}}""",
        "'text_config.hidden_size' is not a whole number"
    )]
    [InlineData("""{"model_type": "moondream1", "text_config": {"num_attention_heads": 7}}""", "does not divide the width 2048")]
    [InlineData("""{"model_type": "moondream1", "text_config": {"rope_theta": 20000}}""", "only 10000 is known")]
    [InlineData("""{"model_type": "moondream1", "text_config": {"hidden_act": "relu"}}""", "only gelu_new is known")]
    [InlineData("""{"model_type": "xgenmm", "text_config": {"rope_scaling": {"type": "su"}}}""", "unscaled rotary")]
    [InlineData("""{"model_type": "xgenmm", "text_config": {"initial_tokenizer_len": 40000}}""", "more than the 32064 rows")]
    [InlineData("""{"family": "tiny"}""", "there are no sizes")]
    [InlineData("""{"family": "tiny", "sizes": {"vocabulary": 24, "imagePlaceholder": 3, "heads": 5}}""", "no multiple of the 5 heads")]
    [InlineData("""{"family": """, "describes no model")]
    public void What_describes_no_known_model_is_refused_with_its_reason(string config, string what)
    {
        Fault fault = Assert.IsType<Result<ModelDescription>.Failed>(Read(config)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.StartsWith(_folder, fault.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_configuration_is_refused()
    {
        Fault fault = Assert.IsType<Result<ModelDescription>.Failed>(ModelFamilies.Read(_folder)).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains("there is no config.json", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tiny_model_holds_the_tensors_that_its_description_names()
    {
        TinyVlmConfig config = TinyModels.Config with { Behavior = true, CriticSupport = new CriticSupport(-4, 4, 5) };
        using TinyVlm model = TinyModels.New(config: config);
        TinyVlmDescription description = new(config);
        Assert.Equal(
            model
                .named_parameters()
                .ToDictionary(pair => pair.name, pair => string.Join(",", pair.parameter.shape))
                .OrderBy(pair => pair.Key),
            description.Tensors.ToDictionary(tensor => tensor.Name, tensor => string.Join(",", tensor.Shape)).OrderBy(pair => pair.Key)
        );
        Assert.Equal(model.AdaptableLinears.OrderBy(pair => pair.Key), description.AdaptableLinears.OrderBy(pair => pair.Key));
    }

    private static ModelDescription Of(string name) =>
        name switch
        {
            MoonDream2024Description.Name => new MoonDream2024Description(new MoonDream2Sizes()),
            MoonDream2025Description.Name => new MoonDream2025Description(
                new MoonDream2Sizes(),
                new MoonDream2RegionSizes(),
                new MoonDream2Tokens()
            ),
            _ => new XGenMmDescription(new XGenMmSizes()),
        };

    private static IEnumerable<(string, long)> Parts(ModelDescription description) =>
        description.Tensors.GroupBy(tensor => tensor.Part).Select(part => (part.Key, part.Sum(tensor => tensor.Elements)));

    private static MoonDream2024Description Small() =>
        new(
            new MoonDream2Sizes
            {
                Vision = new TransformerSizes(1, 8, 2, 12),
                Text = new TransformerSizes(2, 8, 2, 12),
                ProjectionWidth = 10,
                Vocabulary = 30,
            }
        );

    private static IEnumerable<SafetensorsEntry> Stored(ModelDescription description) =>
        description.Tensors.Select(tensor => new SafetensorsEntry(tensor.Name, SafetensorsDtype.F16, tensor.Shape, 0, 2 * tensor.Elements));

    private static IEnumerable<SafetensorsEntry> Entries(SafetensorsCheckpoint checkpoint) =>
        checkpoint.Names.Select(name => checkpoint.Find(name)!);

    private static string Refused(ModelDescription description, IEnumerable<SafetensorsEntry> entries)
    {
        var refused = Assert.IsType<Result<System.Collections.Immutable.ImmutableArray<StoredTensor>>.Failed>(
            CheckpointMatch.Of(description, entries, "model.safetensors")
        );
        Assert.Equal("model.safetensors", refused.Fault.Where);
        return refused.Fault.What;
    }

    private static SafetensorsEntry Older(SafetensorsEntry entry)
    {
        (string Official, string Older)[] pieces =
        [
            ("model.vision.patch_emb.", "vision_encoder.encoder.model.visual.patch_embed.linear."),
            ("model.vision.pos_emb", "vision_encoder.encoder.model.visual.pos_embed"),
            ("model.vision.post_ln.", "vision_encoder.encoder.model.visual.norm."),
            ("model.vision.proj_mlp.", "vision_encoder.projection.mlp."),
            ("model.vision.", "vision_encoder.encoder.model.visual."),
            ("model.text.wte", "text_model.transformer.embd.wte.weight"),
            ("model.text.blocks.", "text_model.transformer.h."),
            ("model.text.post_ln.", "text_model.lm_head.ln."),
            ("model.text.lm_head.", "text_model.lm_head.linear."),
            ("model.region.coord_features", "region_model.coordinate_features.weight"),
            ("model.region.size_features", "region_model.size_features.weight"),
            ("model.region.coord_", "region_model.coordinate_"),
            ("model.region.", "region_model."),
        ];
        (string official, string older) = pieces.First(piece => entry.Name.StartsWith(piece.Official, StringComparison.Ordinal));
        string name = older + entry.Name[official.Length..];
        name = name.Replace(".ln1.", ".norm1.", StringComparison.Ordinal).Replace(".ln2.", ".norm2.", StringComparison.Ordinal);
        if (name.StartsWith("text_model.", StringComparison.Ordinal))
        {
            name = name.Replace(".attn.qkv.", ".mixer.Wqkv.", StringComparison.Ordinal)
                .Replace(".attn.proj.", ".mixer.out_proj.", StringComparison.Ordinal);
        }
        return name.EndsWith("_features.weight", StringComparison.Ordinal)
            ? entry with
            {
                Name = name,
                Shape = [.. entry.Shape.Reverse()],
            }
            : entry with
            {
                Name = name,
            };
    }

    private Result<ModelDescription> Read(string config)
    {
        Write(config);
        return ModelFamilies.Read(_folder);
    }

    private void Write(string config) => File.WriteAllText(Path.Combine(_folder, "config.json"), config);
}
