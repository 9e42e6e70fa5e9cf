using System.Runtime.InteropServices;
using VlmQ.Core.Randomness;
using static TorchSharp.torch;

namespace VlmQ.Models.Generation;

/// <summary>Generates replies in batches. Each row draws from its own key, so its reply does not depend on its neighbours.</summary>
public static class ReplyGenerator
{
    /// <summary>Answers every prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="options">How tokens are chosen and when a reply ends.</param>
    /// <param name="keys">One a prompt; the i-th token of a reply draws at counter i. Greedy decoding ignores them.</param>
    /// <param name="cancellation">Checked before every token.</param>
    /// <returns>One reply a prompt, in order.</returns>
    public static GeneratedReply[] Generate(
        VisionLanguageModel model,
        PromptBatch prompts,
        GenerationOptions options,
        ReadOnlySpan<RandomKey> keys,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Decoding is Decoding.Sampling && keys.Length != prompts.Rows)
        {
            throw new ArgumentException($"{keys.Length} keys for {prompts.Rows} prompts.", nameof(keys));
        }
        using IDisposable noGradient = no_grad();
        using Decoder decoder = model.StartDecoding(prompts, options.MaximumTokens);
        TokenSampler sampler = new(model.Vocabulary);
        int[] ids = new int[prompts.Rows * options.MaximumTokens];
        float[] logProbabilities = new float[ids.Length];
        int[] lengths = new int[prompts.Rows];
        bool[] ended = new bool[prompts.Rows];
        int[] next = new int[prompts.Rows];
        for (int i = 0; i < options.MaximumTokens; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> logits = MemoryMarshal.Cast<byte, float>(decoder.Logits.bytes);
            for (int row = 0; row < prompts.Rows; row++)
            {
                if (ended[row])
                {
                    continue;
                }
                double uniform = options.Decoding is Decoding.Greedy ? 0 : keys[row].DoubleAt((ulong)i);
                (next[row], float logProbability) = sampler.Choose(
                    logits.Slice(row * model.Vocabulary, model.Vocabulary),
                    options.Decoding,
                    uniform
                );
                ids[(row * options.MaximumTokens) + i] = next[row];
                logProbabilities[(row * options.MaximumTokens) + i] = logProbability;
                lengths[row] = i + 1;
                ended[row] = next[row] == options.EndToken;
            }
            if (i + 1 == options.MaximumTokens || !ended.Contains(false))
            {
                break;
            }
            decoder.Append(next);
        }
        GeneratedReply[] replies = new GeneratedReply[prompts.Rows];
        for (int row = 0; row < replies.Length; row++)
        {
            int start = row * options.MaximumTokens;
            replies[row] = new GeneratedReply(
                [.. ids.AsSpan(start, lengths[row])],
                [.. logProbabilities.AsSpan(start, lengths[row])],
                ended[row]
            );
        }
        return replies;
    }
}
