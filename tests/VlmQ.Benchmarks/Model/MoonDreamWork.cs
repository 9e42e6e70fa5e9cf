using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
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
internal sealed class MoonDreamWork : IDisposable
{
    private const int Rows = 2,
        PromptTokens = 21,
        AnswerTokens = 5,
        PictureWidth = 200,
        PictureHeight = 150;

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
        Fill(_model);
        _batch = Batch(_model.ImagePlaceholder);
        _input = _model.Prepare(_batch, [0, 1]);
    }

    /// <summary>Positions of a step, image embeddings counted.</summary>
    public int Positions => Rows * (_model.Sizes.Patches + 1 + PromptTokens + AnswerTokens - 1);

    /// <summary>One pass forward and backward; gives the loss.</summary>
    public double Step()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (Parameter parameter in _model.parameters())
        {
            parameter.grad = null;
        }
        Tensor logits = _model.Logits(_model.Hidden(_input)); // [rows · answer, V]
        Tensor loss = nn.functional.cross_entropy(logits, tensor(Array.ConvertAll(_batch.ReplyIds, id => (long)id)));
        loss.backward();
        return loss.ToDouble();
    }

    /// <summary>Writes what the other side needs to compute the same.</summary>
    public void Write(string folder)
    {
        SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            _model
                .named_parameters()
                .Where(pair => !pair.name.StartsWith("critics.", StringComparison.Ordinal))
                .Select(pair => KeyValuePair.Create<string, Tensor>(pair.name, pair.parameter))
        );
        using DisposeScope scope = NewDisposeScope();
        int[] ids = new int[Rows * (PromptTokens + AnswerTokens)];
        for (int row = 0; row < Rows; row++)
        {
            int start = row * (PromptTokens + AnswerTokens);
            ids[start] = _model.Family == MoonDream2024Description.Name ? 560 : 0;
            _batch.PromptIds.AsSpan((row * (PromptTokens + 1)) + 1, PromptTokens).CopyTo(ids.AsSpan(start + 1));
            _batch.ReplyIds.AsSpan(row * AnswerTokens, AnswerTokens - 1).CopyTo(ids.AsSpan(start + 1 + PromptTokens));
        }
        SafetensorsWriter.Write(
            Path.Combine(folder, "work.safetensors"),
            [
                KeyValuePair.Create("views", Views()),
                KeyValuePair.Create("ids", tensor(Array.ConvertAll(ids, id => (long)id), [Rows, PromptTokens + AnswerTokens])),
                KeyValuePair.Create("answer", tensor(Array.ConvertAll(_batch.ReplyIds, id => (long)id), [Rows, AnswerTokens])),
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
        cat(
            [
                .. Enumerable
                    .Range(0, Rows)
                    .Select(row => _model.ViewsOf(Pictures.Of(_batch.Images, PictureWidth, PictureHeight, row)).Values),
            ]
        );

    private static void Fill(MoonDream2Model model)
    {
        using IDisposable noGradient = no_grad();
        // In-place operations may return the tensor itself.
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            bool isNorm = parameter.dim() == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
            Initializer.Normal(parameter, 0.1, RandomKey.Of(1, name));
            if (isNorm)
            {
                parameter.add_(1);
            }
        }
    }

    private static TurnBatch Batch(int placeholder)
    {
        RandomKey key = RandomKey.Of(1, "work");
        byte[] images = new byte[Rows * PictureWidth * PictureHeight * 3];
        for (int i = 0; i < images.Length; i++)
        {
            images[i] = (byte)(key.DoubleAt((ulong)i) * 256);
        }
        int[] prompts = new int[Rows * (PromptTokens + 1)];
        for (int i = 0; i < prompts.Length; i++)
        {
            prompts[i] = i % (PromptTokens + 1) == 0 ? placeholder : 10 + (i * 37 % 500);
        }
        return new TurnBatch
        {
            Rows = Rows,
            ImageHeight = PictureHeight,
            ImageWidth = PictureWidth,
            Images = images,
            PromptWidth = PromptTokens + 1,
            PromptIds = prompts,
            PromptLengths = [PromptTokens + 1, PromptTokens + 1],
            ReplyWidth = AnswerTokens,
            ReplyIds = [.. Enumerable.Range(0, Rows * AnswerTokens).Select(i => 20 + (i * 53 % 400))],
            ReplyLengths = [AnswerTokens, AnswerTokens],
            Rewards = new float[Rows * AnswerTokens],
            Valid = [true, true],
            Terminated = [true, true],
            NextRow = [-1, -1],
            ReturnToGo = [0, 0],
        };
    }
}
