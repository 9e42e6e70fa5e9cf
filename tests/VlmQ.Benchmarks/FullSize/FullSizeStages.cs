using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Benchmarks.Harness;
using VlmQ.Models;
using VlmQ.Models.Generation;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>The parts of the benchmark that have a process of their own.</summary>
internal static class FullSizeStages
{
    /// <summary>Each by its name.</summary>
    public static IReadOnlyDictionary<string, Func<FullSizeSettings, IReadOnlyList<BenchmarkResult>>> ByName { get; } =
        new Dictionary<string, Func<FullSizeSettings, IReadOnlyList<BenchmarkResult>>>
        {
            ["write"] = Write,
            ["open"] = Open,
            ["start"] = settings => Start(settings, settings.ShortPrompt),
            ["prefill"] = settings => Start(settings, settings.LongPrompt),
            ["generate"] = settings => Generate(settings, settings.ShortPrompt),
            ["generate-long"] = settings => Generate(settings, settings.LongPrompt),
        };

    private static IReadOnlyList<BenchmarkResult> Write(FullSizeSettings settings)
    {
        FullSizeModel.Write(settings.Folder, settings.Layers, settings.Type);
        return [];
    }

    // Seconds until the model is open, seconds from there until all of the file is in memory, and the peak of memory.
    private static IReadOnlyList<BenchmarkResult> Open(FullSizeSettings settings)
    {
        long start = TimeProvider.System.GetTimestamp();
        using VisionLanguageModel model = FullSizeModel.Load(settings.Folder);
        double opened = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        FullSizeModel.Touch(model);
        double touched = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return [new("opened", opened, "s"), new("touched", touched - opened, "s"), new("peak", OwnProcess.PeakMebibytes(), "MiB")];
    }

    // Seconds until the model is open, seconds from there to the first token, and the peak of memory.
    private static IReadOnlyList<BenchmarkResult> Start(FullSizeSettings settings, int promptTokens)
    {
        PromptBatch prompt = FullSizeModel.Prompt(promptTokens);
        long start = TimeProvider.System.GetTimestamp();
        using VisionLanguageModel model = FullSizeModel.Load(settings.Folder);
        double opened = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        using Decoder decoder = model.StartDecoding(prompt, 1);
        double answered = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        return [new("opened", opened, "s"), new("first token", answered - opened, "s"), new("peak", OwnProcess.PeakMebibytes(), "MiB")];
    }

    // Tokens a second, bytes a second that memory gives, and the bytes of weights that a token needs.
    private static IReadOnlyList<BenchmarkResult> Generate(FullSizeSettings settings, int promptTokens)
    {
        using VisionLanguageModel model = FullSizeModel.Load(settings.Folder);
        long bytes = FullSizeModel.BytesAToken(model);
        using MemoryBandwidth memory = new(bytes, settings.Threads);
        const int Warm = 2;
        int tokens = (settings.Tokens * settings.Rounds) + Warm + 1;
        using Decoder decoder = model.StartDecoding(FullSizeModel.Prompt(promptTokens), tokens);
        TokenSampler sampler = new(model.Vocabulary);
        Continue(Warm);
        memory.Measure();
        double[] rates = Alternation.Medians(settings.Rounds, () => Continue(settings.Tokens), memory.Measure);
        return [new("generation", rates[0], "tokens/s"), new("memory", rates[1], "bytes/s"), new("weights of a token", bytes, "bytes")];

        // As ReplyGenerator does, without its ends of replies.
        double Continue(int count)
        {
            long start = TimeProvider.System.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> logits = MemoryMarshal.Cast<byte, float>(decoder.Logits.bytes);
                decoder.Append([sampler.Choose(logits, new Decoding.Greedy(), 0).Token]);
            }
            return count / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        }
    }
}
