using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>A <see cref="TinyVlm"/>, with the critics that its checkpoints hold.</summary>
public sealed record TinyVlmDescription : ModelDescription
{
    /// <param name="config">The sizes.</param>
    public TinyVlmDescription(TinyVlmConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        TensorList list = new();
        AddTrunk(list, config);
        AdaptableLinears = list.Linears.Remove("patch");
        AddCritics(list, config);
        Tensors = list.Tensors;
    }

    /// <summary>The name of the family.</summary>
    public const string Name = "tiny";

    /// <summary>The sizes.</summary>
    public TinyVlmConfig Config { get; }

    /// <inheritdoc/>
    public override string Family => Name;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSpec> Tensors { get; }

    /// <inheritdoc/>
    public override int Vocabulary => Config.Vocabulary;

    /// <inheritdoc/>
    public override int ContextLength => Config.Patches + Config.TextLength;

    /// <inheritdoc/>
    public override int ImagePositions => Config.Patches;

    /// <inheritdoc/>
    public override TransformerSizes Text => new(Config.Layers, Config.Width, Config.Heads, Config.Expansion * Config.Width);

    /// <summary>Patches go through one linear layer: there is no tower.</summary>
    public override TransformerSizes Vision => new(0, Config.Width, Config.Heads, 0);

    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    private static void AddTrunk(TensorList list, TinyVlmConfig config)
    {
        int width = config.Width;
        list.Part = "vision";
        list.Add("image_positions", config.Patches, width);
        list.Linear("patch", width, config.PatchWidth);
        list.Part = "text";
        list.Add("text_positions", config.TextLength, width);
        list.Add("token.weight", config.Vocabulary, width);
        for (int i = 0; i < config.Layers; i++)
        {
            string block = $"blocks.{i}.";
            list.Norm(block + "norm1", width);
            list.Norm(block + "norm2", width);
            list.Linear(block + "qkv", 3 * width, width);
            list.Linear(block + "projection", width, width);
            list.Linear(block + "expand", config.Expansion * width, width);
            list.Linear(block + "contract", width, config.Expansion * width);
        }
        list.Norm("norm", width);
        list.Linear("head", config.Vocabulary, width, bias: false);
    }

    private static void AddCritics(TensorList list, TinyVlmConfig config)
    {
        int inner = config.CriticWidth == 0 ? config.Width : config.CriticWidth;
        long outputs = (long)config.Vocabulary * (config.CriticSupport?.Bins ?? 1);
        list.Part = "critics";
        foreach (string heads in (ReadOnlySpan<string>)["online", "target"])
        {
            for (int k = 0; k < config.Critics; k++)
            {
                list.Linear($"critics.{heads}.{k}.inner", inner, config.Width);
                list.Linear($"critics.{heads}.{k}.outer", outputs, inner);
            }
        }
        if (config.Behavior)
        {
            list.Linear("critics.behavior", config.Vocabulary, config.Width);
        }
    }
}
