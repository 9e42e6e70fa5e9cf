using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>The tiny xGen-MM with random weights under the official names, and the cases of its reference.</summary>
internal static class XGenMmCase
{
    public static GoldenModel Golden { get; } = new("xgen-mm-phi3-mini-instruct-interleave-r-v1.5");

    /// <summary>The sizes that the tiny model's configuration states.</summary>
    public static XGenMmSizes Sizes => Assert.IsType<XGenMmDescription>(Golden.Description()).Sizes;

    /// <summary>The model with its weights.</summary>
    public static XGenMmModel Model(XGenMmSizes? sizes = null, XGenMmOptions? options = null)
    {
        LayerOptions layers = new(VlmQ.Models.Kernels.Kernels.Best);
        return Golden.Read(new XGenMmModel(sizes ?? Sizes, options ?? new XGenMmOptions(), layers), leftOut: "vlm.vision_encoder.head.");
    }

    /// <summary>A case's pictures, prompt and answer.</summary>
    public static InterleavedTurn Turn(char letter)
    {
        JsonElement found = Golden.Inputs().GetProperty("cases").GetProperty(letter.ToString());
        return new InterleavedTurn(
            [.. found.GetProperty("images").EnumerateArray().Select(image => Golden.Picture(image.GetProperty("image").GetString()!))],
            Ids(found.GetProperty("prompt_ids")),
            Ids(found.GetProperty("answer_ids"))
        );
    }

    /// <summary>A case's pictures and prompt.</summary>
    public static InterleavedTurn Prompt(char letter) => Turn(letter) with { ReplyIds = [] };

    public static InterleavedTurn TextOnly() => new([], Ids(Golden.Inputs().GetProperty("text_only").GetProperty("ids")), []);

    public static XGenMmInput Input(XGenMmModel model, InterleavedTurn turn) => (XGenMmInput)model.Prepare(turn);

    /// <summary>Logits at the reply positions of a turn.</summary>
    public static Tensor LogitsOf(XGenMmModel model, InterleavedTurn turn)
    {
        using TurnInput input = model.Prepare(turn);
        using Tensor hidden = model.Hidden(input);
        return model.Logits(hidden);
    }

    /// <summary>Mean cross-entropy of a turn's reply.</summary>
    public static Tensor LossOf(Tensor logits, InterleavedTurn turn)
    {
        using Tensor reply = tensor(turn.ReplyIds.Select(id => (long)id).ToArray());
        return -logits.log_softmax(-1).gather(-1, reply.unsqueeze(-1)).mean();
    }

    private static ImmutableArray<int> Ids(JsonElement ids) => [.. GoldenModel.Ids(ids)];
}
