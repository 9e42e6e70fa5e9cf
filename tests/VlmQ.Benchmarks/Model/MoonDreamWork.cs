using System.Text.Json;
using TorchSharp;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Safetensors;
using VlmQ.Models.Vision;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>
/// Forward and backward of a small MoonDream2 with random weights: two turns with a picture each, a prompt of 21 tokens and an answer of
/// 5, cross-entropy of the answer, gradients of every weight from the patch embedding to the head.
/// </summary>
internal sealed class MoonDreamWork : IModelWork
{
    private static readonly RandomTurns Turns = new(2, 21, 5, 200, 150);

    private readonly MoonDream2Model _model;
    private readonly TurnBatch _batch;
    private readonly TurnInput _input;

    /// <param name="family">Which revision.</param>
    /// <param name="kernels">How it computes.</param>
    public MoonDreamWork(string family, IKernels kernels)
    {
        MoonDream2Sizes sizes = new()
        {
            Vision = new TransformerSizes(3, 32, 4, 60),
            Text = new TransformerSizes(3, 64, 4, 256),
            ProjectionWidth = 96,
            Vocabulary = 600,
        };
        MoonDream2Options options = new()
        {
            Critics = new CriticSettings(InnerWidth: 8),
            TrainsVision = true,
            CarriesRegion = false,
        };
        LayerOptions layers = new(kernels);
        _model =
            family == MoonDream2024Description.Name
                ? new MoonDream2August2024(new MoonDream2024Description(sizes, endToken: 560), layers, options)
                : new MoonDream2June2025(
                    new MoonDream2025Description(sizes, new MoonDream2RegionSizes(), new MoonDream2Tokens()),
                    layers,
                    options
                );
        RandomTurns.Fill(_model);
        _batch = Turns.Batch(_model.ImagePlaceholder);
        _input = _model.Prepare(_batch, [0, 1]);
    }

    /// <inheritdoc/>
    public string Script => "moondream_peer.py";

    /// <inheritdoc/>
    public int Positions => Turns.Rows * (_model.Sizes.Patches + 1 + Turns.PromptTokens + Turns.AnswerTokens - 1);

    /// <inheritdoc/>
    public double Step() => RandomTurns.Step(_model, _input, _batch);

    /// <inheritdoc/>
    public void Write(string folder)
    {
        RandomTurns.WriteWeights(_model, folder);
        using DisposeScope scope = NewDisposeScope();
        int first = _model.Family == MoonDream2024Description.Name ? 560 : 0;
        SafetensorsWriter.Write(
            Path.Combine(folder, "work.safetensors"),
            [
                KeyValuePair.Create("views", Views()),
                KeyValuePair.Create("ids", Turns.Text(_batch, first)),
                KeyValuePair.Create("answer", Turns.Answers(_batch)),
            ]
        );
        Dictionary<string, object> work = new()
        {
            ["family"] = _model.Family,
            ["heads"] = _model.Sizes.Text.Heads,
            ["layers"] = _model.Sizes.Text.Layers,
            ["vision_heads"] = _model.Sizes.Vision.Heads,
            ["vision_layers"] = _model.Sizes.Vision.Layers,
            ["grid"] = _model.Sizes.Grid,
            ["prefix"] = _model.Family == MoonDream2024Description.Name ? 1 : 730,
        };
        File.WriteAllText(Path.Combine(folder, "work.json"), JsonSerializer.Serialize(work));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _model.Dispose();
    }

    // The views of every row's picture, row after row.
    private Tensor Views() =>
        cat([
            .. Enumerable
                .Range(0, Turns.Rows)
                .Select(row => _model.ViewsOf(Pictures.Of(_batch.Images, Turns.PictureWidth, Turns.PictureHeight, row)).Values),
        ]);
}
