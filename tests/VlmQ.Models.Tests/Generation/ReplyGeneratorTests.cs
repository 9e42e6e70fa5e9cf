using System.Collections.Immutable;
using TorchSharp;
using VlmQ.Core.Randomness;
using VlmQ.Models.Generation;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Generation;

public sealed class ReplyGeneratorTests
{
    private static readonly int[][] Prompts =
    [
        [3, 4, 5, 6],
        [4, 3],
        [3, 9, 9, 9, 9, 9],
    ];

    [Fact]
    public void The_cache_gives_what_reading_everything_anew_gives()
    {
        using TinyVlm model = TinyModels.New();
        GenerationOptions options = new(new Decoding.Greedy(), 8, endToken: 23);
        GeneratedReply[] replies = ReplyGenerator.Generate(model, TinyModels.Prompts(Prompts), options, []);
        for (int row = 0; row < Prompts.Length; row++)
        {
            using TurnInput input = model.Prepare(
                TinyModels.Turns([.. Prompts.Zip(replies, (prompt, reply) => (prompt, reply.TokenIds.ToArray()))]),
                [row]
            );
            using IDisposable noGradient = no_grad();
            using Tensor logits = model.Logits(model.Hidden(input));
            Assert.Equal(replies[row].TokenIds.Select(id => (long)id), logits.argmax(-1).data<long>().ToArray());
        }
    }

    [Fact]
    public void The_decoders_logits_equal_those_of_the_whole_sequence()
    {
        using TinyVlm model = TinyModels.New();
        int[][] replies =
        [
            [7, 8, 9],
            [10, 11, 12],
            [13, 14, 15],
        ];
        using TurnInput input = model.Prepare(TinyModels.Turns([.. Prompts.Zip(replies)]), [0, 1, 2]);
        using IDisposable noGradient = no_grad();
        using Tensor whole = model.Logits(model.Hidden(input)).view(3, 3, -1);
        using Decoder decoder = model.StartDecoding(TinyModels.Prompts(Prompts), 3);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(decoder.Logits.allclose(whole.select(1, i), 1e-4, 1e-4), $"token {i}");
            if (i < 2)
            {
                decoder.Append([.. replies.Select(reply => reply[i])]);
            }
        }
    }

    [Fact]
    public void A_prompt_is_answered_alike_alone_and_in_company()
    {
        using TinyVlm model = TinyModels.New();
        GenerationOptions options = new(new Decoding.Sampling(temperature: 0.8, topK: 12, topP: 0.95), 8, TinyModels.End);
        PromptBatch prompts = TinyModels.Prompts(Prompts);
        RandomKey[] keys = [.. Enumerable.Range(0, 3).Select(row => RandomKey.Of(7, "reply", row))];
        GeneratedReply[] together = ReplyGenerator.Generate(model, prompts, options, keys);
        for (int row = 0; row < 3; row++)
        {
            PromptBatch alone = prompts with
            {
                Rows = 1,
                Images = prompts.Images[(row * 192)..((row + 1) * 192)],
                PromptIds = prompts.PromptIds[(row * prompts.PromptWidth)..((row + 1) * prompts.PromptWidth)],
                PromptLengths = [prompts.PromptLengths[row]],
            };
            GeneratedReply reply = Assert.Single(ReplyGenerator.Generate(model, alone, options, [keys[row]]));
            Assert.Equal(together[row].TokenIds, reply.TokenIds);
        }
    }

    [Fact]
    public void A_reply_stops_at_the_end_token_and_its_neighbours_go_on()
    {
        using TinyVlm model = TinyModels.New();
        RandomKey[] keys = [.. Enumerable.Range(0, 64).Select(row => RandomKey.Of(3, "reply", row))];
        PromptBatch prompts = TinyModels.Prompts([.. Enumerable.Repeat(Prompts[0], 64)]);
        GeneratedReply[] replies = ReplyGenerator.Generate(
            model,
            prompts,
            new GenerationOptions(new Decoding.Sampling(), 10, TinyModels.End),
            keys
        );
        Assert.Contains(replies, reply => reply.Ended && reply.TokenIds.Length < 10);
        Assert.Contains(replies, reply => !reply.Ended);
        foreach (GeneratedReply reply in replies)
        {
            Assert.Equal(reply.Ended, reply.TokenIds[^1] == TinyModels.End);
            Assert.DoesNotContain(TinyModels.End, reply.TokenIds[..^1]);
            Assert.Equal(reply.Ended ? reply.TokenIds.Length : 10, reply.TokenIds.Length);
            Assert.Equal(reply.TokenIds.Length, reply.LogProbabilities.Length);
        }
    }

    [Fact]
    public void First_tokens_come_with_the_frequency_that_the_model_gives_them()
    {
        using TinyVlm model = TinyModels.New(config: TinyModels.Config with { Vocabulary = 6 });
        const int Draws = 4000;
        int[] prompt = [3, 4, 5];
        RandomKey[] keys = [.. Enumerable.Range(0, Draws).Select(row => RandomKey.Of(11, "reply", row))];
        PromptBatch prompts = TinyModels.Prompts([.. Enumerable.Repeat(prompt, Draws)]);
        // The same picture in every row.
        for (int row = 1; row < Draws; row++)
        {
            prompts.Images.AsSpan(0, 192).CopyTo(prompts.Images.AsSpan(row * 192));
        }
        GeneratedReply[] replies = ReplyGenerator.Generate(
            model,
            prompts,
            new GenerationOptions(new Decoding.Sampling(), 1, TinyModels.End),
            keys
        );
        using TurnInput input = model.Prepare(TinyModels.Turns((prompt, [])), [0]);
        using IDisposable noGradient = no_grad();
        float[] probabilities = [.. model.Logits(model.Hidden(input)).softmax(-1).data<float>().ToArray()];
        for (int token = 0; token < 6; token++)
        {
            double share = replies.Count(reply => reply.TokenIds[0] == token) / (double)Draws;
            double deviation = Math.Sqrt(probabilities[token] * (1 - probabilities[token]) / Draws);
            Assert.InRange(share, probabilities[token] - (4.5 * deviation), probabilities[token] + (4.5 * deviation));
        }
        Assert.All(replies, reply => Assert.Equal(MathF.Log(probabilities[reply.TokenIds[0]]), reply.LogProbabilities[0], 1e-3f));
    }

    [Fact]
    public void Generation_can_be_cancelled()
    {
        using TinyVlm model = TinyModels.New();
        Assert.Throws<OperationCanceledException>(() =>
            ReplyGenerator.Generate(
                model,
                TinyModels.Prompts(Prompts),
                new GenerationOptions(new Decoding.Greedy(), 6, 23),
                [],
                cancellation: new CancellationToken(true)
            )
        );
    }

    [Fact]
    public void Any_of_the_stop_tokens_ends_a_reply()
    {
        using TinyVlm model = TinyModels.New();
        GenerationOptions options = new(new Decoding.Greedy(), 8, 23);
        GeneratedReply whole = ReplyGenerator.Generate(model, TinyModels.Prompts(Prompts[0]), options, [])[0];
        int stop = whole.TokenIds[2];
        int first = whole.TokenIds.IndexOf(stop);
        GeneratedReply stopped = ReplyGenerator.Generate(
            model,
            TinyModels.Prompts(Prompts[0]),
            options with
            {
                StopTokens = [21, stop],
            },
            []
        )[0];
        Assert.True(stopped.Ended);
        Assert.Equal(whole.TokenIds[..(first + 1)], stopped.TokenIds);
    }

    [Fact]
    public void A_repetition_penalty_changes_the_logits_of_tokens_that_the_reply_holds_once_each()
    {
        using TinyVlm model = TinyModels.New();
        const double Penalty = 5;
        GenerationOptions options = new(new Decoding.Greedy(), 8, 23) { RepetitionPenalty = Penalty };
        ImmutableArray<int> reply = ReplyGenerator.Generate(model, TinyModels.Prompts(Prompts[0]), options, [])[0].TokenIds;
        using IDisposable noGradient = no_grad();
        using Decoder decoder = model.StartDecoding(TinyModels.Prompts(Prompts[0]), 9);
        for (int i = 0; i < reply.Length; i++)
        {
            float[] logits = [.. decoder.Logits.data<float>().ToArray()];
            foreach (int token in reply[..i].Distinct())
            {
                logits[token] = logits[token] > 0 ? logits[token] / (float)Penalty : logits[token] * (float)Penalty;
            }
            Assert.Equal(Array.IndexOf(logits, logits.Max()), reply[i]);
            decoder.Append([reply[i]]);
        }
        ImmutableArray<int> free = ReplyGenerator
            .Generate(model, TinyModels.Prompts(Prompts[0]), new(new Decoding.Greedy(), 8, 23), [])[0]
            .TokenIds;
        Assert.NotEqual(free, reply);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_repetition_penalty_below_one_is_refused(double penalty) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new GenerationOptions(new Decoding.Greedy(), 8, 23) { RepetitionPenalty = penalty }
        );
}
