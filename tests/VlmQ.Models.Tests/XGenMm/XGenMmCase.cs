using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Safetensors;
using VlmQ.Models.XGenMm;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.XGenMm;

/// <summary>The tiny xGen-MM with random weights under the official names, and what the reference computes with it.</summary>
internal static class XGenMmCase
{
    public const string Name = "xgen-mm-phi3-mini-instruct-interleave-r-v1.5";

    /// <summary>Largest deviation of a hidden tensor, as a share of its largest value.</summary>
    public const double Hidden = 5e-5;

    /// <summary>Largest deviation of a gradient, as a share of its largest value.</summary>
    public const double Gradient = 2e-4;

    /// <summary>Largest deviation of a logit.</summary>
    public const double Logits = 5e-4;

    /// <summary>Largest deviation of a loss.</summary>
    public const double Loss = 1e-4;

    public static string PathOf(params string[] parts) => Fixtures.PathOf(["models", Name, .. parts]);

    /// <summary>The sizes that the tiny model's configuration states.</summary>
    public static XGenMmSizes Sizes => Assert.IsType<XGenMmDescription>(ModelFamilies.Read(PathOf()).OrThrow()).Sizes;

    /// <summary>The model with its weights.</summary>
    public static XGenMmModel Model(XGenMmSizes? sizes = null, XGenMmOptions? options = null, IKernels? kernels = null)
    {
        XGenMmModel model = new(
            sizes ?? Sizes,
            options ?? new XGenMmOptions(),
            new LayerOptions(kernels ?? VlmQ.Models.Kernels.Kernels.Best)
        );
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(PathOf()).OrThrow();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (name.StartsWith("vlm.", StringComparison.Ordinal))
            {
                checkpoint.ReadInto(name, parameter);
            }
        }
        return model;
    }

    /// <summary>A case's pictures, prompt and answer.</summary>
    public static InterleavedTurn Turn(char letter)
    {
        using JsonDocument json = Inputs();
        JsonElement found = json.RootElement.GetProperty("cases").GetProperty(letter.ToString());
        return new InterleavedTurn(
            [.. found.GetProperty("images").EnumerateArray().Select(image => Picture(image.GetProperty("image").GetString()!))],
            Ids(found.GetProperty("prompt_ids")),
            Ids(found.GetProperty("answer_ids"))
        );
    }

    public static InterleavedTurn TextOnly()
    {
        using JsonDocument json = Inputs();
        return new InterleavedTurn([], Ids(json.RootElement.GetProperty("text_only").GetProperty("ids")), []);
    }

    public static JsonDocument Inputs() => JsonDocument.Parse(File.ReadAllBytes(PathOf("inputs.json")));

    public static RgbImage Picture(string file)
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(PathOf(file));
        byte[] pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return new RgbImage(image.Width, image.Height, ImmutableCollectionsMarshal.AsImmutableArray(pixels));
    }

    /// <summary>An expected tensor.</summary>
    public static Tensor Expected(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(PathOf("expected.safetensors")).OrThrow();
        return file.Read(name);
    }

    /// <summary>Holds a tensor to the expected one of a name, by the largest deviation as a share of the largest value.</summary>
    public static void Equal(string name, Tensor actual, double share = Hidden)
    {
        double deviation = Deviation(name, actual, out double largest);
        Assert.True(deviation <= share * largest, $"{name}: deviates by {deviation:e2}, the largest value is {largest:e2}");
    }

    /// <summary>Holds logits or a loss to the expected ones of a name.</summary>
    public static void Within(string name, Tensor actual, double limit = Logits)
    {
        double deviation = Deviation(name, actual, out _);
        Assert.True(deviation <= limit, $"{name}: deviates by {deviation:e2}");
    }

    /// <summary>The largest deviation from the expected tensor of a name.</summary>
    public static double Deviation(string name, Tensor actual, out double largest)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = Expected(name);
        Assert.Equal(expected.shape, actual.shape);
        largest = expected.abs().max().ToDouble();
        return (actual.detach() - expected).abs().max().ToDouble();
    }

    /// <summary>Logits at the reply positions of a turn.</summary>
    public static Tensor LogitsOf(XGenMmModel model, InterleavedTurn turn)
    {
        using XGenMmInput input = model.Prepare(turn);
        using Tensor hidden = model.Hidden(input);
        return model.Logits(hidden);
    }

    /// <summary>Mean cross-entropy of a turn's reply.</summary>
    public static Tensor LossOf(Tensor logits, InterleavedTurn turn)
    {
        using Tensor reply = tensor(turn.ReplyIds.Select(id => (long)id).ToArray());
        return -logits.log_softmax(-1).gather(-1, reply.unsqueeze(-1)).mean();
    }

    private static ImmutableArray<int> Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
