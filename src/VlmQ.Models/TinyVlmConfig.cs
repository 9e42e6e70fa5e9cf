using VlmQ.Core.Episodes;

namespace VlmQ.Models;

/// <summary>The sizes of a <see cref="TinyVlm"/>. The defaults are size S.</summary>
public sealed record TinyVlmConfig
{
    /// <summary>V: number of token ids.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The token that marks the image's place in a prompt.</summary>
    public required int ImagePlaceholder { get; init; }

    /// <summary>d: width of hidden states; a multiple of <see cref="Heads"/>.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Transformer blocks.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Attention heads of a block.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>Inner width of a block's perceptron, as a multiple of d.</summary>
    public int Expansion { get; init; } = 4;

    /// <summary>Pixels in a row of a picture, and rows; a multiple of <see cref="PatchSize"/>.</summary>
    public int ImageSize { get; init; } = 60;

    /// <summary>Pixels in a row of a patch, and rows.</summary>
    public int PatchSize { get; init; } = 12;

    /// <summary>Most text tokens in one sequence, prompt and reply together.</summary>
    public int TextLength { get; init; } = 96;

    /// <summary>K: critic heads.</summary>
    public int Critics { get; init; } = 2;

    /// <summary>A head beside the critics that learns which tokens the data show in a state.</summary>
    public bool Behavior { get; init; }

    /// <summary>Inner width of a critic head; 0: d.</summary>
    public int CriticWidth { get; init; }

    /// <summary>The centres of classifying critics; null: a critic puts out values.</summary>
    public CriticSupport? CriticSupport { get; init; }

    /// <summary>
    /// Every Q at the start, exactly (output weights are zero). A pessimistic start keeps tokens that the data never show below those
    /// that they do, also where all returns are negative. Null: small random output weights around 0.
    /// </summary>
    public double? InitialValue { get; init; } = -3;

    /// <summary>Standard deviation of position embeddings at the start.</summary>
    public double PositionDeviation { get; init; } = 1;

    /// <summary>
    /// Standard deviation of the patch encoder's weights at the start, in units of 1/√fan-in. Above 1, pictures weigh more against
    /// positions, and a model leaves the plateau of reading only one place of a picture sooner.
    /// </summary>
    public double PatchDeviation { get; init; } = 2;

    /// <summary>Standard deviation of token embeddings at the start.</summary>
    public double TokenDeviation { get; init; } = 1;

    /// <summary>Patches of a picture: the image tokens in front of the text.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <summary>Numbers in a patch: rows, pixels, channels.</summary>
    public int PatchWidth => PatchSize * PatchSize * 3;

    /// <summary>The named sizes.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["XXS", "XS", "S", "M", "L"];

    /// <summary>A named size. For a vocabulary of 192: XXS (0.2 million parameters), XS (0.24), S (0.6), M (2.1) or L (7.6). XXS has few
    /// layers of many heads: deeper ones take longer to look at more than one place of a picture.</summary>
    public static Result<TinyVlmConfig> Preset(string name, int vocabulary, int imagePlaceholder)
    {
        TinyVlmConfig config = new() { Vocabulary = vocabulary, ImagePlaceholder = imagePlaceholder };
        return name switch
        {
            "XXS" => config with { Width = 64, Layers = 2, Heads = 4 },
            "XS" => config with { Width = 64, Layers = 3, Heads = 2 },
            "S" => config,
            "M" => config with { Width = 192, Heads = 6 },
            "L" => config with { Width = 384, Heads = 6 },
            _ => Fault.Configuration($"there is no model size '{name}'", "", $"the sizes are {string.Join(", ", Presets)}"),
        };
    }

    /// <summary>The first thing that is wrong with the sizes; null when they fit together.</summary>
    public Fault? Check()
    {
        (string Key, int Value)[] positive =
        [
            (nameof(Vocabulary), Vocabulary),
            (nameof(Width), Width),
            (nameof(Layers), Layers),
            (nameof(Heads), Heads),
            (nameof(Expansion), Expansion),
            (nameof(ImageSize), ImageSize),
            (nameof(PatchSize), PatchSize),
            (nameof(TextLength), TextLength),
            (nameof(Critics), Critics),
        ];
        foreach ((string key, int value) in positive)
        {
            if (value < 1)
            {
                return Fault.Configuration($"must be at least 1; it is {value}", key);
            }
        }
        return Width % Heads != 0 ? Fault.Configuration($"{Width} is no multiple of the {Heads} heads", nameof(Width))
            : ImageSize % PatchSize != 0
                ? Fault.Configuration($"{ImageSize} is no multiple of the patch size {PatchSize}", nameof(ImageSize))
            : CriticSupport is { } support && InitialValue is { } start && !(start > support.Minimum && start < support.Maximum)
                ? Fault.Configuration(
                    $"{start} lies outside the critics' support {support.Minimum} to {support.Maximum}",
                    nameof(InitialValue)
                )
            : CriticWidth < 0 ? Fault.Configuration($"must not be negative; it is {CriticWidth}", nameof(CriticWidth))
            : null;
    }
}
