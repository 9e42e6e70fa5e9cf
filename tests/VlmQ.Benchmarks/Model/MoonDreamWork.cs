using TorchSharp;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>
/// MoonDream2. The small one: two turns with a picture each, a prompt of 21 tokens and an answer of 5; without adapters, gradients of every
/// weight from the patch embedding to the head.
/// </summary>
/// <param name="settings">What is measured; the family names the revision.</param>
internal sealed class MoonDreamWork(WorkSettings settings) : ModelWork(settings, TurnsOf(settings), Build(settings))
{
    // The first id of a text, of the small models.
    private const int SmallFirstId = 560;

    private MoonDream2Model Own => (MoonDream2Model)Model;

    private bool IsAugust => Own.Family == MoonDream2024Description.Name;

    /// <inheritdoc/>
    public override string Script => "moondream_peer.py";

    /// <inheritdoc/>
    public override int Length => Own.Sizes.Patches + 1 + Turns.PromptTokens + Turns.AnswerTokens - 1;

    /// <inheritdoc/>
    protected override (int Layers, int Width) TextLayers => (Own.Sizes.Text.Layers, Own.Sizes.Text.Width);

    /// <inheritdoc/>
    protected override double ImageOperations =>
        Own
            .AdaptableLinears.Where(pair =>
                pair.Key.Contains("proj_mlp.", StringComparison.Ordinal) || pair.Key.Contains("projection.mlp.")
            )
            .Sum(pair => StepCost.Frozen(pair.Value, Own.Sizes.Patches));

    /// <inheritdoc/>
    protected override void Describe(Dictionary<string, Tensor> inputs, Dictionary<string, object> work)
    {
        MoonDream2Sizes sizes = Own.Sizes;
        inputs["views"] = cat([
            .. Enumerable
                .Range(0, Turns.Rows)
                .Select(row => Own.ViewsOf(Pictures.Of(Batch.Images, Turns.PictureWidth, Turns.PictureHeight, row)).Values),
        ]);
        inputs["ids"] = Turns.Text(Batch, IsAugust ? August(Settings).EndTokenId : June(Settings).Tokens.Begin);
        work["heads"] = sizes.Text.Heads;
        work["layers"] = sizes.Text.Layers;
        work["vision_heads"] = sizes.Vision.Heads;
        work["vision_layers"] = sizes.Vision.Layers;
        work["grid"] = sizes.Grid;
        work["prefix"] = IsAugust ? 1 : June(Settings).PrefixLength;
    }

    private static MoonDream2024Description August(WorkSettings settings) =>
        settings.Described(() => new MoonDream2024Description(SizesOf(settings), settings.IsFull ? 50256 : SmallFirstId));

    private static MoonDream2025Description June(WorkSettings settings) =>
        settings.Described(() => new MoonDream2025Description(SizesOf(settings), new MoonDream2RegionSizes(), new MoonDream2Tokens()));

    private static MoonDream2Sizes SizesOf(WorkSettings settings) =>
        settings.IsFull
            ? new MoonDream2Sizes()
            : new MoonDream2Sizes
            {
                Vision = new TransformerSizes(3, 32, 4, 60),
                Text = new TransformerSizes(3, 64, 4, 256),
                ProjectionWidth = 96,
                Vocabulary = 600,
            };

    private static RandomTurns TurnsOf(WorkSettings settings) =>
        settings.IsFull ? WorkSettings.FullTurns(SizesOf(settings).Patches + 1, 200, 150) : new RandomTurns(2, 21, 5, 200, 150);

    private static MoonDream2Model Build(WorkSettings settings)
    {
        MoonDream2Options options = new()
        {
            Critics = new CriticSettings(InnerWidth: settings.Adapts ? 0 : 8),
            TrainsVision = !settings.Adapts,
            CarriesRegion = false,
        };
        return settings.Family == MoonDream2024Description.Name
            ? new MoonDream2August2024(August(settings), settings.Layers, options)
            : new MoonDream2June2025(June(settings), settings.Layers, options);
    }
}
