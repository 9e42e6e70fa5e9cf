using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>Turns of one picture each and random weights: what the small models are measured on.</summary>
/// <param name="Rows">How many turns.</param>
/// <param name="PromptTokens">Tokens of each prompt, the placeholder in front not counted.</param>
/// <param name="AnswerTokens">Tokens of each answer.</param>
/// <param name="PictureWidth">Pixels in a row of each picture.</param>
/// <param name="PictureHeight">Rows of each picture.</param>
internal sealed record RandomTurns(int Rows, int PromptTokens, int AnswerTokens, int PictureWidth, int PictureHeight)
{
    /// <summary>The turns.</summary>
    public TurnBatch Batch(int placeholder)
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
            PromptLengths = [.. Enumerable.Repeat(PromptTokens + 1, Rows)],
            ReplyWidth = AnswerTokens,
            ReplyIds = [.. Enumerable.Range(0, Rows * AnswerTokens).Select(i => 20 + (i * 53 % 400))],
            ReplyLengths = [.. Enumerable.Repeat(AnswerTokens, Rows)],
            Rewards = LastTokens(),
            Valid = [.. Enumerable.Repeat(true, Rows)],
            Terminated = [.. Enumerable.Repeat(true, Rows)],
            NextRow = [.. Enumerable.Repeat(-1, Rows)],
            ReturnToGo = new float[Rows],
        };
    }

    /// <summary>The text of every turn without the placeholder and the answer's last token, behind some first ids: <c>[rows, n]</c>.</summary>
    public Tensor Text(TurnBatch batch, params ReadOnlySpan<int> first)
    {
        List<long> ids = [];
        for (int row = 0; row < Rows; row++)
        {
            foreach (int id in first)
            {
                ids.Add(id);
            }
            ids.AddRange(Longs(batch.PromptIds.AsSpan((row * (PromptTokens + 1)) + 1, PromptTokens)));
            ids.AddRange(Longs(batch.ReplyIds.AsSpan(row * AnswerTokens, AnswerTokens - 1)));
        }
        return tensor(ids, [Rows, ids.Count / Rows]);
    }

    /// <summary>The answers, <c>[rows, answer tokens]</c>.</summary>
    public Tensor Answers(TurnBatch batch) => tensor(Longs(batch.ReplyIds), [Rows, AnswerTokens]);

    /// <summary>Random weights, the critics' too; scales of norms lie around 1.</summary>
    public static void Fill(VisionLanguageModel model, double deviation)
    {
        using IDisposable noGradient = no_grad();
        // In-place operations may return the tensor itself.
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            bool isNorm = parameter.dim() == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
            // Random numbers are float32, weights may be of 16 bits.
            Tensor values = empty(parameter.shape);
            Initializer.Normal(values, deviation, RandomKey.Of(1, name));
            parameter.copy_(values);
            values.Dispose();
            if (isNorm)
            {
                parameter.add_(1);
            }
        }
    }

    /// <summary>One pass forward and backward; gives the loss, the mean cross-entropy of the answers.</summary>
    public static double Step(VisionLanguageModel model, TurnInput input, TurnBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (Parameter parameter in model.parameters())
        {
            parameter.grad = null;
        }
        Tensor logits = model.Logits(model.Hidden(input)); // [rows · answer, V]
        Tensor loss = nn.functional.cross_entropy(logits, tensor(Longs(batch.ReplyIds)));
        loss.backward();
        return loss.ToDouble();
    }

    // 1 and −1 in turns, at the last token of an answer.
    private float[] LastTokens()
    {
        float[] rewards = new float[Rows * AnswerTokens];
        for (int row = 0; row < Rows; row++)
        {
            rewards[((row + 1) * AnswerTokens) - 1] = row % 2 == 0 ? 1 : -1;
        }
        return rewards;
    }

    private static long[] Longs(ReadOnlySpan<int> ids)
    {
        long[] longs = new long[ids.Length];
        for (int i = 0; i < longs.Length; i++)
        {
            longs[i] = ids[i];
        }
        return longs;
    }
}
