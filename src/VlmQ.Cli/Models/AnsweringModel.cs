using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Cli.Models;

/// <summary>Loads models that only answer.</summary>
internal static class AnsweringModel
{
    /// <summary>Loads one, with averaged weights where there are any. It has no use for critics: it gets the smallest that there are.</summary>
    /// <param name="folder">The model's folder, or a checkpoint's.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="base">The folder of the model that the adapters in the folder belong to; null for the one that they name.</param>
    /// <param name="computing">Where it is computed.</param>
    public static Result<VisionLanguageModel> Load(string folder, TextTokenizer tokenizer, Computing computing, string? @base = null) =>
        computing.Begin().Bind(device => Load(folder, tokenizer, device, @base));

    private static Result<VisionLanguageModel> Load(string folder, TextTokenizer tokenizer, Device device, string? @base) =>
        Checkpoint.LoadModel(
            folder,
            new ModelLoadOptions
            {
                Kernels = Kernels.Best,
                Critics = new CriticSettings(1, 1),
                ImagePlaceholder = tokenizer.ImageToken,
                Device = device,
                Base = @base,
            }
        );
}
