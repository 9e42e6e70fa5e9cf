using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>
/// Bytes that a model takes, part by part, from its description alone. Activations are counted as the layers here keep them for the
/// backward pass, in float32 on the CPU; the largest moment of a step is where the backward pass has begun.
/// </summary>
public static class MemoryEstimate
{
    private const int Float = 4;

    // Libraries, compiled code and the managed heap beyond those of an idle process, as measured.
    private const long ProcessBytes = 144L << 20;

    // Arrays as wide as hidden states that attention has in hand on the way back, before and after rotation, as measured.
    private const int AroundAttention = 11;

    // Adam's two moments, in float32.
    private const int MomentBytes = 2 * Float;

    /// <summary>Weights in memory, those that are only carried along included.</summary>
    public static ImmutableArray<MemoryItem> ToLoad(ModelDescription description, MemoryUse use) => [Weights(description, use)];

    /// <summary>Answers: weights, the cache of keys and values, and the larger of what reading a picture and reading prompts takes.</summary>
    public static ImmutableArray<MemoryItem> ToInfer(ModelDescription description, MemoryUse use)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(use);
        TransformerSizes text = description.Text;
        long positions = (long)use.Batch * use.Sequence;
        long cache = 2L * text.Layers * positions * text.KeyValueHeads * text.HeadWidth * Float;
        long pass = Math.Max(Passing(text, use.Batch, use.Sequence), VisionPass(description));
        long logits = (long)use.Batch * description.Vocabulary * Float * 2;
        return [Weights(description, use), new("keys and values", cache), new("one layer at work", pass), new("logits", logits)];
    }

    /// <summary>A step of training: weights, what is trained with gradients and the optimizer's moments, critics, and activations.</summary>
    public static ImmutableArray<MemoryItem> ToTrain(ModelDescription description, MemoryUse use)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(use);
        TransformerSizes text = description.Text;
        long critics = CriticParameters(description, use.Critics, targets: false);
        long targets = CriticParameters(description, use.Critics, targets: true);
        long own = description is TinyVlmDescription ? 0 : (critics + targets) * Float;
        long trunk = use.AdapterParameters ?? Trained(description, use);
        long adapters = (use.AdapterParameters ?? 0) * Float;
        long kept = use.Recomputes ? (long)use.Batch * use.Sequence * text.Width * Float : Kept(text, use);
        // The last layer is asked about reply positions alone.
        long layers = ((text.Layers - 1) * kept) + (use.Recomputes ? Kept(text, use) : KeptOfLast(text, use));
        long activations = layers + Returning(text, use);
        // Gradients of the trunk come as activations go; those of the heads are there before.
        long gradients = (critics * Float) + Math.Max(0, (trunk * Float) - activations);
        return
        [
            Weights(description, use),
            new("critics and their targets", own),
            new("adapters", adapters),
            new("gradients", gradients),
            new("moments", (critics + trunk) * MomentBytes),
            new("activations", activations),
            new("heads at work", Heads(description, use)),
            new("the process itself", ProcessBytes),
        ];
    }

    private static MemoryItem Weights(ModelDescription description, MemoryUse use) =>
        new("weights", description.Tensors.Where(IsLoaded).Sum(tensor => tensor.Elements) * use.WeightBytes);

    // The pooling head of a tower is not loaded; what is carried along for whoever opens the files again is.
    private static bool IsLoaded(TensorSpec tensor) => tensor.Required || tensor.Part == "region";

    private static long Trained(ModelDescription description, MemoryUse use) =>
        description
            .Tensors.Where(tensor => tensor.Required && tensor.Part != "critics" && (use.TrainsVision || tensor.Part != "vision"))
            .Sum(tensor => tensor.Elements);

    private static long CriticParameters(ModelDescription description, CriticSettings critics, bool targets)
    {
        long width = description.Text.Width;
        long inner = critics.InnerWidth == 0 ? width : critics.InnerWidth;
        long outputs = (long)description.Vocabulary * (critics.Support?.Bins ?? 1);
        long heads = critics.Critics * ((inner * (width + 1)) + (outputs * (inner + 1)));
        return heads + (critics.Behavior && !targets ? description.Vocabulary * (width + 1) : 0);
    }

    /// <summary>
    /// What one layer keeps for the backward pass: its input, the normed input, queries, keys and values, what was attended to, both sides
    /// of the perceptron's nonlinearity (one of them where no adapter needs the other), and the attention's weights.
    /// </summary>
    private static long Kept(TransformerSizes sizes, MemoryUse use)
    {
        long positions = (long)use.Batch * use.Sequence;
        long vectors = (3L * sizes.Width) + sizes.QkvWidth + (SidesKept(use) * sizes.InnerWidth);
        long attention = sizes.Heads * positions * use.Sequence;
        return ((positions * vectors) + attention) * Float;
    }

    private static long KeptOfLast(TransformerSizes sizes, MemoryUse use)
    {
        long positions = (long)use.Batch * use.Sequence;
        long wanted = (long)use.Batch * use.ReplyTokens;
        long all = positions * ((2L * sizes.Width) + sizes.QkvWidth);
        long ofWanted = wanted * (sizes.Width + (SidesKept(use) * sizes.InnerWidth));
        return (all + ofWanted + (sizes.Heads * wanted * use.Sequence)) * Float;
    }

    private static long SidesKept(MemoryUse use) => use.AdapterParameters is null ? 1 : 2;

    /// <summary>What a layer has in hand at once on the way back: gradients around the perceptron, adapters' sums with them, and around attention.</summary>
    private static long Returning(TransformerSizes sizes, MemoryUse use)
    {
        long positions = (long)use.Batch * use.Sequence;
        return positions * (((SidesKept(use) == 1 ? 3L : 5L) * sizes.InnerWidth) + (AroundAttention * sizes.Width)) * Float;
    }

    /// <summary>What a layer has in hand at once without keeping it: three times the attention's scores, or the perceptron.</summary>
    private static long Passing(TransformerSizes sizes, long rows, long length)
    {
        long scores = 3 * rows * sizes.Heads * length * length;
        long perceptron = 3 * rows * length * sizes.InnerWidth;
        return (Math.Max(scores, perceptron) + (4 * rows * length * sizes.Width)) * Float;
    }

    private static long VisionPass(ModelDescription description) =>
        description switch
        {
            MoonDream2024Description moondream => Passing(moondream.Vision, moondream.Sizes.MaximumViews, moondream.Sizes.Patches),
            MoonDream2025Description moondream => Passing(moondream.Vision, moondream.Sizes.MaximumViews, moondream.Sizes.Patches),
            XGenMmDescription xgen => Passing(xgen.Vision, xgen.Sizes.MaximumViews, xgen.Sizes.Patches),
            _ => 0,
        };

    /// <summary>A chunk of reply positions over the vocabulary, several arrays at once, and the hidden states.</summary>
    private static long Heads(ModelDescription description, MemoryUse use)
    {
        long chunk = Math.Min(use.HeadChunk, (long)use.Batch * use.ReplyTokens);
        long outputs = description.Vocabulary * (6L + (2L * use.Critics.Critics * (use.Critics.Support?.Bins ?? 1)));
        return chunk * outputs * Float;
    }
}
