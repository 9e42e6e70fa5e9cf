using System.Text.Json;
using TorchSharp;
using VlmQ.Core.Imaging;
using VlmQ.Core.Tokens;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.MoonDream2;

/// <summary>A picture, a question and its answer, as the model is trained on them.</summary>
internal sealed record MoonDreamCase(RgbImage Picture, int[] Prompt, int[] Answer)
{
    public static GoldenModel August { get; } = new(MoonDream2024Description.Name);

    public static GoldenModel June { get; } = new(MoonDream2025Description.Name);

    public static readonly LayerOptions Layers = new(VlmQ.Models.Kernels.Kernels.Best);

    public static readonly MoonDream2Options Options = new() { Critics = new CriticSettings(InnerWidth: 8) };

    public static MoonDream2August2024 AugustModel(MoonDream2Options? options = null, LayerOptions? layers = null) =>
        August.Read(
            new MoonDream2August2024(Assert.IsType<MoonDream2024Description>(August.Description()), layers ?? Layers, options ?? Options)
        );

    public static MoonDream2June2025 JuneModel(
        MoonDream2Options? options = null,
        Func<MoonDream2025Description, MoonDream2025Description>? change = null
    )
    {
        MoonDream2025Description description = Assert.IsType<MoonDream2025Description>(June.Description());
        return June.Read(new MoonDream2June2025(change?.Invoke(description) ?? description, Layers, options ?? Options));
    }

    /// <summary>A case of the fixtures; the prompt begins with the placeholder.</summary>
    public static MoonDreamCase Of(GoldenModel golden, MoonDream2Model model, string letter)
    {
        JsonElement inputs = golden.Inputs().GetProperty("cases").GetProperty(letter);
        return new MoonDreamCase(
            golden.Picture(inputs.GetProperty("image").GetString()!),
            [model.ImagePlaceholder, .. GoldenModel.Ids(inputs.GetProperty("prompt_ids"))],
            GoldenModel.Ids(inputs.GetProperty("answer_ids"))
        );
    }

    /// <summary>A batch of one row.</summary>
    public TurnBatch Turns() =>
        new()
        {
            Rows = 1,
            ImageHeight = Picture.Height,
            ImageWidth = Picture.Width,
            Images = Picture.Pixels.ToArray(),
            PromptWidth = Prompt.Length,
            PromptIds = Prompt,
            PromptLengths = [Prompt.Length],
            ReplyWidth = Math.Max(1, Answer.Length),
            ReplyIds = Answer.Length == 0 ? [0] : Answer,
            ReplyLengths = [Answer.Length],
            Rewards = new float[Math.Max(1, Answer.Length)],
            Valid = [true],
            Terminated = [true],
            NextRow = [-1],
            ReturnToGo = [0],
        };

    public PromptBatch Prompts() => PromptBatch.Of([(Picture, Prompt.AsMemory())]);

    /// <summary>Logits before every answer id, <c>[answer, V]</c>.</summary>
    public Tensor AnswerLogits(MoonDream2Model model)
    {
        using TurnInput input = model.Prepare(Turns(), [0]);
        return model.Logits(model.Hidden(input));
    }

    /// <summary>Mean cross-entropy of the answer.</summary>
    public Tensor Loss(Tensor logits)
    {
        using Tensor answer = tensor(Array.ConvertAll(Answer, id => (long)id)).unsqueeze(-1);
        return -logits.log_softmax(-1).gather(-1, answer).mean();
    }
}
