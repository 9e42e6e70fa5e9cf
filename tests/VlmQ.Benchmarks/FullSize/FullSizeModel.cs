using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Benchmarks.Memory;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>MoonDream2 of 2024-08-26 with its text model in full size; what it sees with is as small as can be, and has no work here.</summary>
internal static class FullSizeModel
{
    private const int Width = 2048;
    private const string TextPrefix = "text_model.";
    private const string Embedding = "text_model.transformer.embd.wte.weight";

    /// <summary>Writes its folder, with random weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="layers">Layers of the text model: 24, or fewer for a quick look.</param>
    /// <param name="type">The type of the weights.</param>
    public static void Write(string folder, int layers, ScalarType type)
    {
        ScaledDownModel.WriteConfiguration(folder, Width, layers);
        using DisposeScope scope = NewDisposeScope();
        (string Name, Tensor Tensor)[] weights =
        [
            .. ModelFamilies
                .Read(folder)
                .OrThrow()
                .Tensors.Where(spec => spec.Required)
                .Select(spec => (spec.Name, empty([.. spec.Shape], type))),
        ];
        Parallel.ForEach(weights, pair => Fill(pair.Name, pair.Tensor));
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsCheckpoint.SingleFileName),
            weights.Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor))
        );
    }

    /// <summary>Opens what <see cref="Write"/> wrote, as any model is opened.</summary>
    public static VisionLanguageModel Load(string folder) =>
        ModelFolder
            .Load(folder, new ModelLoadOptions { Kernels = Kernels.Best, Critics = new CriticSettings(Critics: 1, InnerWidth: 8) })
            .OrThrow();

    /// <summary>Reads a byte of every page of the weights.</summary>
    public static int Touch(VisionLanguageModel model)
    {
        int sum = 0;
        foreach ((_, Parameter parameter) in model.named_parameters())
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
    public static long BytesAToken(VisionLanguageModel model) =>
        model
            .named_parameters()
            .Where(pair => pair.name.StartsWith(TextPrefix, StringComparison.Ordinal) && pair.name != Embedding)
            .Sum(pair => pair.parameter.numel() * pair.parameter.ElementSize);

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

    // Random signs and fractions of 7 bits, magnitudes from 2⁻⁷ to 2⁻⁵: about as large as trained weights, and quickly made.
    private static void Fill(string name, Tensor weight)
    {
        RandomKey key = RandomKey.Of(1, name);
        bool brain = weight.dtype == ScalarType.BFloat16;
        ulong random = brain ? 0x80FF_80FF_80FF_80FFUL : 0x87FF_87FF_87FF_87FFUL;
        ulong exponent = brain ? 0x3C00_3C00_3C00_3C00UL : 0x2000_2000_2000_2000UL;
        Span<byte> bytes = weight.bytes;
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
