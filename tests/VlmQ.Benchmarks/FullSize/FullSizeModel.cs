using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.MoonDream2;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>MoonDream2 of 2024-08-26 with its text model in full size; what it sees with is as small as can be, and has no work here.</summary>
internal static class FullSizeModel
{
    private const string CriticPrefix = "critics.";
    private const string TextPrefix = "text_model.";
    private const string Embedding = "text_model.transformer.embd.wte.weight";

    /// <summary>The model with weights that are not yet set.</summary>
    /// <param name="layers">Layers of the text model: 24, or fewer for a quick look.</param>
    /// <param name="type">The type of the weights.</param>
    public static MoonDream2August2024 Build(int layers, ScalarType type)
    {
        MoonDream2Sizes published = new();
        MoonDream2Sizes sizes = published with
        {
            Text = published.Text with { Layers = layers },
            Vision = new TransformerSizes(1, 32, 4, 64),
            ProjectionWidth = 64,
        };
        return new MoonDream2August2024(
            new MoonDream2024Description(sizes),
            new LayerOptions(Kernels.Best, WeightType: type),
            new MoonDream2Options { Critics = new CriticSettings(Critics: 1, InnerWidth: 8), CarriesRegion = false }
        );
    }

    /// <summary>Writes random weights, in safetensors.</summary>
    public static void Write(string folder, int layers, ScalarType type)
    {
        using MoonDream2August2024 model = Build(layers, type);
        (string Name, Parameter Parameter)[] own = [.. Stored(model)];
        Parallel.ForEach(own, pair => Fill(pair.Name, pair.Parameter));
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsCheckpoint.SingleFileName),
            own.Select(pair => KeyValuePair.Create<string, Tensor>(pair.Name, pair.Parameter))
        );
    }

    /// <summary>Opens what <see cref="Write"/> wrote.</summary>
    public static MoonDream2August2024 Load(string folder, int layers, ScalarType type)
    {
        MoonDream2August2024 model = Build(layers, type);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        foreach ((string name, Parameter parameter) in Stored(model))
        {
            checkpoint.ReadInto(name, parameter);
        }
        return model;
    }

    /// <summary>Reads a byte of every page of the weights.</summary>
    public static int Touch(MoonDream2August2024 model)
    {
        int sum = 0;
        foreach ((_, Parameter parameter) in Stored(model))
        {
            using Tensor detached = parameter.detach();
            Span<byte> bytes = detached.bytes;
            for (int i = 0; i < bytes.Length; i += Environment.SystemPageSize)
            {
                sum += bytes[i];
            }
        }
        return sum;
    }

    /// <summary>Bytes of weights that every generated token needs: those of the text model but for its table of embeddings.</summary>
    public static long BytesAToken(MoonDream2August2024 model) =>
        Stored(model)
            .Where(pair => pair.Name.StartsWith(TextPrefix, StringComparison.Ordinal) && pair.Name != Embedding)
            .Sum(pair => pair.Parameter.numel() * pair.Parameter.ElementSize);

    /// <summary>A prompt of so many tokens, the first of which the model puts there itself.</summary>
    public static PromptBatch Prompt(int tokens)
    {
        RandomKey key = RandomKey.Of(1, "prompt");
        int[] ids = [.. Enumerable.Range(0, tokens - 1).Select(i => key.IndexAt((ulong)i, 50000))];
        return new PromptBatch
        {
            Rows = 1,
            ImageHeight = 0,
            ImageWidth = 0,
            Images = [],
            PromptWidth = ids.Length,
            PromptIds = ids,
            PromptLengths = [ids.Length],
        };
    }

    private static IEnumerable<(string Name, Parameter Parameter)> Stored(MoonDream2August2024 model) =>
        model.named_parameters().Where(pair => !pair.name.StartsWith(CriticPrefix, StringComparison.Ordinal));

    // Random signs and fractions of 7 bits, magnitudes from 2⁻⁷ to 2⁻⁵: about as large as trained weights, and quickly made.
    private static void Fill(string name, Parameter parameter)
    {
        RandomKey key = RandomKey.Of(1, name);
        bool brain = parameter.dtype == ScalarType.BFloat16;
        ulong random = brain ? 0x80FF_80FF_80FF_80FFUL : 0x87FF_87FF_87FF_87FFUL;
        ulong exponent = brain ? 0x3C00_3C00_3C00_3C00UL : 0x2000_2000_2000_2000UL;
        using Tensor detached = parameter.detach();
        Span<byte> bytes = detached.bytes;
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = (key.UInt64At((ulong)i) & random) | exponent;
        }
        for (int i = words.Length * sizeof(ulong); i < bytes.Length; i += sizeof(ushort))
        {
            MemoryMarshal.Write(bytes[i..], (ushort)(exponent & 0xFFFF));
        }
    }
}
