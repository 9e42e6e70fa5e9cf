using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Vision;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>
/// xGen-MM. The small one: one turn with a picture of five views, a prompt of 108 tokens and an answer of 5; without adapters, gradients of
/// every weight from the patch embedding to the heads.
/// </summary>
/// <param name="settings">What is measured.</param>
internal sealed class XGenMmWork(WorkSettings settings) : ModelWork(settings, TurnsOf(settings), Build(settings))
{
    private const int PictureWidth = 500,
        PictureHeight = 400;

    private XGenMmSizes Sizes => ((XGenMmModel)Model).Sizes;

    private ViewLayout Layout => LayoutOf(Sizes);

    /// <inheritdoc/>
    public override string Script => "xgen_mm_peer.py";

    /// <inheritdoc/>
    public override int Length => (Layout.Views * Sizes.Latents) + Turns.PromptTokens + Turns.AnswerTokens - 1;

    /// <inheritdoc/>
    protected override (int Layers, int Width) TextLayers => (Sizes.Text.Layers, Sizes.Text.Width);

    /// <inheritdoc/>
    protected override double ImageOperations =>
        Layout.Views
        * Model
            .AdaptableLinears.Where(pair => pair.Key.StartsWith("vlm.vision_tokenizer.", StringComparison.Ordinal))
            .Sum(pair =>
                StepCost.Frozen(pair.Value, Sizes.Latents + (pair.Key.EndsWith("to_kv", StringComparison.Ordinal) ? Sizes.Patches : 0))
            );

    /// <inheritdoc/>
    protected override void Describe(Dictionary<string, Tensor> inputs, Dictionary<string, object> work)
    {
        int side = Sizes.ImageSize / Sizes.PatchSize;
        float[] seen = [.. Layout.SetMask(side).Select(isSeen => isSeen ? 1f : 0f)];
        inputs["views"] = cat([.. Enumerable.Range(0, Turns.Rows).Select(Views)]);
        inputs["seen"] = tensor(seen, [Layout.Views, Sizes.Patches]);
        inputs["ids"] = Turns.Text(Batch);
        work["heads"] = Sizes.Text.Heads;
        work["layers"] = Sizes.Text.Layers;
        work["vision_heads"] = Sizes.Vision.Heads;
        work["vision_layers"] = Sizes.Vision.Layers;
        work["resampler_heads"] = Sizes.ResamplerHeads;
        work["resampler_layers"] = Sizes.ResamplerLayers;
        work["grid"] = side;
        work["rows"] = Layout.Rows;
        work["columns"] = Layout.Columns;
        work["first_ids"] = Sizes.FirstIds;
    }

    private static XGenMmSizes SizesOf(WorkSettings settings) =>
        settings
            .Described(() =>
                new XGenMmDescription(
                    settings.IsFull
                        ? new XGenMmSizes()
                        : new XGenMmSizes
                        {
                            Vision = new TransformerSizes(2, 32, 4, 60),
                            Text = new TransformerSizes(3, 64, 4, 160),
                            ResamplerLayers = 2,
                            ResamplerHeads = 4,
                            ResamplerHeadWidth = 12,
                            Rows = 640,
                            FirstIds = 612,
                        }
                )
            )
            .Sizes;

    private static ViewLayout LayoutOf(XGenMmSizes sizes) =>
        ViewLayout.For(PictureWidth, PictureHeight, sizes.Grids, sizes.ImageSize).OrThrow();

    private static RandomTurns TurnsOf(WorkSettings settings)
    {
        XGenMmSizes sizes = SizesOf(settings);
        return settings.IsFull
            ? WorkSettings.FullTurns(LayoutOf(sizes).Views * sizes.Latents, PictureWidth, PictureHeight)
            : new RandomTurns(1, 108, 5, PictureWidth, PictureHeight);
    }

    private static XGenMmModel Build(WorkSettings settings) =>
        new(
            SizesOf(settings),
            new XGenMmOptions { Critics = new CriticSettings(InnerWidth: settings.Adapts ? 0 : 8), TrainsVision = !settings.Adapts },
            settings.Layers
        );

    // A picture's views as the original's convolution reads them, [views, 3, side, side].
    private Tensor Views(int row)
    {
        int pixels = Layout.ViewSize * Layout.ViewSize;
        byte[] views = new byte[Layout.Views * pixels * 3];
        new ImageViews(Layout).Cut(Pictures.PixelsOf(Batch.Images, PictureWidth, PictureHeight, row).Span, views);
        Tensor values = empty(Layout.Views, 3, Layout.ViewSize, Layout.ViewSize);
        Span<float> destination = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (int i = 0; i < destination.Length; i++)
        {
            (int view, int channel, int pixel) = (i / (3 * pixels), i / pixels % 3, i % pixels);
            destination[i] = ImageViews.Normalized(views[(((view * pixels) + pixel) * 3) + channel]);
        }
        return values;
    }
}
