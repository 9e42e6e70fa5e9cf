using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Safetensors;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>
/// A small xGen-MM: one turn with a picture of five views, a prompt of 108 tokens and an answer of 5, gradients of every weight from the
/// patch embedding to the heads.
/// </summary>
internal sealed class XGenMmWork : IModelWork
{
    private static readonly RandomTurns Turns = new(1, 108, 5, 500, 400);

    private static readonly XGenMmSizes Sizes = new()
    {
        Vision = new TransformerSizes(2, 32, 4, 60),
        Text = new TransformerSizes(3, 64, 4, 160),
        ResamplerLayers = 2,
        ResamplerHeads = 4,
        ResamplerHeadWidth = 12,
        Rows = 640,
        FirstIds = 612,
    };

    private readonly XGenMmModel _model;
    private readonly TurnBatch _batch;
    private readonly TurnInput _input;
    private readonly ViewLayout _layout;

    /// <param name="kernels">How it computes.</param>
    public XGenMmWork(IKernels kernels)
    {
        XGenMmOptions options = new() { Critics = new CriticSettings(InnerWidth: 8), TrainsVision = true };
        _model = new XGenMmModel(Sizes, options, new LayerOptions(kernels));
        RandomTurns.Fill(_model);
        _batch = Turns.Batch(_model.ImagePlaceholder);
        _input = _model.Prepare(_batch, [0]);
        _layout = ViewLayout.For(Turns.PictureWidth, Turns.PictureHeight, Sizes.Grids, Sizes.ImageSize).OrThrow();
    }

    /// <inheritdoc/>
    public string Script => "xgen_mm_peer.py";

    /// <inheritdoc/>
    public int Positions => Turns.Rows * ((_layout.Views * Sizes.Latents) + Turns.PromptTokens + Turns.AnswerTokens - 1);

    /// <inheritdoc/>
    public double Step() => RandomTurns.Step(_model, _input, _batch);

    /// <inheritdoc/>
    public void Write(string folder)
    {
        RandomTurns.WriteWeights(_model, folder);
        using DisposeScope scope = NewDisposeScope();
        int side = Sizes.ImageSize / Sizes.PatchSize;
        float[] seen = [.. _layout.SetMask(side).Select(isSeen => isSeen ? 1f : 0f)];
        SafetensorsWriter.Write(
            Path.Combine(folder, "work.safetensors"),
            [
                KeyValuePair.Create("views", Views()),
                KeyValuePair.Create("seen", tensor(seen, [_layout.Views, Sizes.Patches])),
                KeyValuePair.Create("ids", Turns.Text(_batch)),
                KeyValuePair.Create("answer", Turns.Answers(_batch)),
            ]
        );
        Dictionary<string, int> work = new()
        {
            ["heads"] = Sizes.Text.Heads,
            ["layers"] = Sizes.Text.Layers,
            ["vision_heads"] = Sizes.Vision.Heads,
            ["vision_layers"] = Sizes.Vision.Layers,
            ["resampler_heads"] = Sizes.ResamplerHeads,
            ["resampler_layers"] = Sizes.ResamplerLayers,
            ["grid"] = side,
            ["rows"] = _layout.Rows,
            ["columns"] = _layout.Columns,
            ["first_ids"] = Sizes.FirstIds,
        };
        File.WriteAllText(Path.Combine(folder, "work.json"), JsonSerializer.Serialize(work));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _model.Dispose();
    }

    // The views as the original's convolution reads them, [views, 3, side, side].
    private Tensor Views()
    {
        int pixels = _layout.ViewSize * _layout.ViewSize;
        byte[] views = new byte[_layout.Views * pixels * 3];
        new ImageViews(_layout).Cut(_batch.Images, views);
        Tensor values = empty(_layout.Views, 3, _layout.ViewSize, _layout.ViewSize);
        Span<float> destination = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (int i = 0; i < destination.Length; i++)
        {
            (int view, int channel, int pixel) = (i / (3 * pixels), i / pixels % 3, i % pixels);
            destination[i] = ImageViews.Normalized(views[(((view * pixels) + pixel) * 3) + channel]);
        }
        return values;
    }
}
