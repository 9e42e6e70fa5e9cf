using TorchSharp.Modules;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.XGenMm;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>An xGen-MM small enough to run in milliseconds, with random weights.</summary>
internal static class SmallXGenMm
{
    // Views of 28 pixels are 2×2 patches.
    public static readonly XGenMmSizes Small = new()
    {
        Vision = new TransformerSizes(1, 8, 2, 12),
        Text = new TransformerSizes(2, 16, 4, 24) { KeyValueHeads = 2 },
        ImageSize = 28,
        Grids = [(28, 56), (56, 28), (56, 56)],
        ResamplerLayers = 1,
        ResamplerHeads = 2,
        ResamplerHeadWidth = 6,
        Latents = 3,
        Rows = 24,
        FirstIds = 20,
        ContextLength = 40,
        SlidingWindow = 12,
    };

    public const int Image = 20;

    public static XGenMmModel New(XGenMmOptions? options = null, ScalarType type = ScalarType.Float32)
    {
        XGenMmModel model = new(Small, options ?? new XGenMmOptions(), new LayerOptions(new PlainKernels(), WeightType: type));
        if (type == ScalarType.Float32)
        {
            RandomKey key = new(7);
            using IDisposable noGradient = no_grad();
            foreach ((string name, Parameter parameter) in model.named_parameters())
            {
                if (name.StartsWith("vlm.", StringComparison.Ordinal))
                {
                    Initializer.Normal(parameter, 0.3, key.Split(name));
                }
            }
        }
        return model;
    }

    public static Tensor Hidden(XGenMmModel model, TurnBatch batch, int[] rows)
    {
        using TurnInput input = model.Prepare(batch, rows);
        using IDisposable noGradient = no_grad();
        return model.Hidden(input);
    }

    public static TurnBatch Turns(params (int[] Prompt, int[] Reply)[] turns)
    {
        byte[] images = new byte[turns.Length * 3600];
        for (int i = 0; i < images.Length; i++)
        {
            images[i] = (byte)((i * 37 % 251) + (i / 3600));
        }
        return TinyModels.Turns(turns) with { ImageWidth = 40, ImageHeight = 30, Images = images };
    }

    public static RgbImage Picture(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * 37 % 251))]);
}
