using System.Runtime.InteropServices;
using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Models.Families;
using VlmQ.Models.Safetensors;
using VlmQ.Tests.Shared;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests;

/// <summary>A tiny model with random weights under the official names, and what the reference computes with it.</summary>
internal sealed class GoldenModel(string name)
{
    /// <summary>Largest deviation of a hidden tensor, as a share of its largest value.</summary>
    public const double Hidden = 5e-5;

    /// <summary>Largest deviation of a gradient, as a share of its largest value.</summary>
    public const double Gradient = 2e-4;

    /// <summary>Largest deviation of a logit.</summary>
    public const double Logits = 5e-4;

    /// <summary>Largest deviation of a loss.</summary>
    public const double Loss = 1e-4;

    public string PathOf(params string[] parts) => Fixtures.PathOf(["models", name, .. parts]);

    public ModelDescription Description() => ModelFamilies.Read(PathOf()).OrThrow();

    public JsonElement Inputs()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(PathOf("inputs.json")));
        return json.RootElement.Clone();
    }

    public static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    public RgbImage Picture(string file)
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(PathOf(file));
        byte[] pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return new RgbImage(image.Width, image.Height, ImmutableCollectionsMarshal.AsImmutableArray(pixels));
    }

    /// <summary>Reads every weight that the checkpoint holds, but for those of a part that nothing reads.</summary>
    public T Read<T>(T model, string leftOut = "-")
        where T : nn.Module
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(PathOf()).OrThrow();
        HashSet<string> unused = [.. checkpoint.Names];
        foreach ((string parameter, Parameter value) in model.named_parameters())
        {
            if (!parameter.StartsWith("critics.", StringComparison.Ordinal))
            {
                checkpoint.ReadInto(parameter, value);
                unused.Remove(parameter);
            }
        }
        Assert.All(unused, parameter => Assert.StartsWith(leftOut, parameter, StringComparison.Ordinal));
        return model;
    }

    public Tensor Expected(string tensor)
    {
        using SafetensorsFile file = SafetensorsFile.Open(PathOf("expected.safetensors")).OrThrow();
        return file.Read(tensor);
    }

    /// <summary>Holds a tensor to the expected one, by the largest deviation as a share of the largest value.</summary>
    public void Equal(string tensor, Tensor actual, double share = Hidden)
    {
        double deviation = Deviation(tensor, actual, out double largest);
        Assert.True(deviation <= share * largest, $"{tensor}: deviates by {deviation:e2}, the largest value is {largest:e2}");
    }

    /// <summary>Holds logits or a loss to the expected ones.</summary>
    public void Within(string tensor, Tensor actual, double limit = Logits)
    {
        double deviation = Deviation(tensor, actual, out _);
        Assert.True(deviation <= limit, $"{tensor}: deviates by {deviation:e2}");
    }

    /// <summary>The largest deviation from the expected tensor.</summary>
    public double Deviation(string tensor, Tensor actual, out double largest)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = Expected(tensor);
        Assert.Equal(expected.shape, actual.shape);
        largest = expected.abs().max().ToDouble();
        return (actual.detach() - expected).abs().max().ToDouble();
    }
}
