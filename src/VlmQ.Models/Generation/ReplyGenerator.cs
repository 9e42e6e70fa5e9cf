using System.Runtime.InteropServices;
using VlmQ.Core.Episodes;
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
    /// <param name="constraints">One a prompt: the replies that it may have; empty: any.</param>
    /// <param name="cancellation">Checked before every token.</param>
    /// <returns>One reply a prompt, in order.</returns>
    /// <exception cref="FaultException">A constraint has no reply as short as the options ask for.</exception>
    public static GeneratedReply[] Generate(
        VisionLanguageModel model,
        PromptBatch prompts,
        GenerationOptions options,
        ReadOnlySpan<RandomKey> keys,
        ReadOnlySpan<TokenConstraint> constraints = default,
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
        if (!constraints.IsEmpty && constraints.Length != prompts.Rows)
        {
            throw new ArgumentException($"{constraints.Length} constraints for {prompts.Rows} prompts.", nameof(constraints));
        }
        using IDisposable noGradient = no_grad();
        ReplyInProgress[] replies = new ReplyInProgress[prompts.Rows];
        for (int row = 0; row < replies.Length; row++)
        {
            replies[row] = new ReplyInProgress(options, keys.IsEmpty ? default : keys[row], constraints.IsEmpty ? null : constraints[row]);
        }
        using Decoder decoder = model.StartDecoding(prompts, options.MaximumTokens);
        TokenSampler sampler = new(model.Vocabulary);
        float[] scratch = new float[model.Vocabulary];
        int[] next = new int[prompts.Rows];
        for (int i = 0; i < options.MaximumTokens; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> logits = MemoryMarshal.Cast<byte, float>(decoder.Logits.bytes);
            bool open = false;
            for (int row = 0; row < prompts.Rows; row++)
            {
                if (!replies[row].Ended)
                {
                    next[row] = replies[row].Choose(logits.Slice(row * model.Vocabulary, model.Vocabulary), scratch, sampler);
                    open |= !replies[row].Ended;
                }
            }
            if (!open || i + 1 == options.MaximumTokens)
            {
                break;
            }
            decoder.Append(next);
        }
        return Array.ConvertAll(replies, reply => reply.Finish());
    }
}
