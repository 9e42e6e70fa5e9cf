using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Models;

/// <summary>Loads models that only answer.</summary>
internal static class AnsweringModel
{
    /// <summary>Loads one, with averaged weights where there are any. It has no use for critics: it gets the smallest that there are.</summary>
    /// <param name="folder">The model's folder, or a checkpoint's.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="base">The folder of the model that the adapters in the folder belong to; null for the one that they name.</param>
    public static Result<VisionLanguageModel> Load(string folder, TextTokenizer tokenizer, string? @base = null) =>
        Checkpoint.LoadModel(
            folder,
            new ModelLoadOptions
            {
                Kernels = Kernels.Best,
                Critics = new CriticSettings(1, 1),
                ImagePlaceholder = tokenizer.ImageToken,
                Base = @base,
            }
        );
}
