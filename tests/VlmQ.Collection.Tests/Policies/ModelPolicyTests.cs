using System.Collections.Immutable;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Tests.Shared;

namespace VlmQ.Collection.Tests.Policies;

public sealed class ModelPolicyTests : IDisposable
{
    private readonly TextTokenizer _tokenizer = TextTokenizer.Load(Path.Combine(Repository.Root, "data", "tokenizers", "tiny")).OrThrow();
    private readonly TinyVlm _model;

    public ModelPolicyTests() => _model = Model(_tokenizer.Count);

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Replies_keep_the_ids_that_were_sampled_and_say_the_same_in_words()
    {
        IReadOnlyList<Reply> replies = await Policy().ReplyAsync(Requests(8), TestContext.Current.CancellationToken);
        Assert.Equal(8, replies.Count);
        foreach (Reply reply in replies)
        {
            Assert.Equal(_tokenizer.Digest, reply.TokenizerDigest);
            Assert.InRange(reply.TokenIds.Length, 1, 6);
            Assert.Equal(reply.TokenIds.Length, reply.LogProbabilities.Length);
            Assert.All(reply.LogProbabilities, logProbability => Assert.True(logProbability <= 0));
            Assert.Equal(reply.Text, _tokenizer.DecodePlain(reply.TokenIds.AsSpan()));
        }
        Assert.True(replies.Select(reply => reply.Text).Distinct().Count() > 4);
    }

    [Fact]
    public async Task A_reply_is_a_function_of_its_request_alone()
    {
        PolicyRequest[] requests = Requests(6);
        IReadOnlyList<Reply> together = await Policy().ReplyAsync(requests, TestContext.Current.CancellationToken);
        for (int i = 0; i < requests.Length; i++)
        {
            Reply alone = Assert.Single(await Policy().ReplyAsync([requests[i]], TestContext.Current.CancellationToken));
            Assert.Equal(together[i].TokenIds, alone.TokenIds);
        }
    }

    [Theory]
    [InlineData("fused", 1)]
    [InlineData("fused", 3)]
    [InlineData("fused", 8)]
    [InlineData("fused", 32)]
    [InlineData("plain", 3)]
    [InlineData("plain", 32)]
    public async Task Replies_and_their_probabilities_are_the_same_to_the_last_bit_whatever_the_batch(string kernels, int size)
    {
        using TinyVlm model = Model(_tokenizer.Count, kernels == "plain" ? Kernels.Plain : Kernels.Best, 48, 2, 3, 64);
        ModelPolicy policy = new(model, _tokenizer, new Decoding.Sampling(), 9, "model");
        // Prompts of several lengths, in an order that is not theirs.
        PolicyRequest[] requests =
        [
            .. Requests(45, i => "<image>" + string.Join(' ', Enumerable.Repeat("Which action?", 1 + (i * 7 % 4)))),
        ];
        Dictionary<PolicyRequest, Reply> alone = [];
        foreach (PolicyRequest request in requests)
        {
            alone[request] = Assert.Single(await policy.ReplyAsync([request], TestContext.Current.CancellationToken));
        }
        foreach (PolicyRequest[] batch in requests.Reverse().Chunk(size))
        {
            IReadOnlyList<Reply> together = await policy.ReplyAsync(batch, TestContext.Current.CancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                Assert.Equal(alone[batch[i]].TokenIds, together[i].TokenIds);
                Assert.Equal(alone[batch[i]].LogProbabilities, together[i].LogProbabilities);
                Assert.Equal(alone[batch[i]].Text, together[i].Text);
            }
        }
    }

    [Fact]
    public async Task A_model_that_need_not_be_exact_answers_each_request_in_its_place()
    {
        ModelPolicy policy = new(_model, _tokenizer, new Decoding.Greedy(), 6, "model") { IsExact = false };
        PolicyRequest[] requests = [.. Requests(9, i => "<image>" + (i % 2 == 0 ? "Action?" : "Which action, then?"))];
        IReadOnlyList<Reply> replies = await policy.ReplyAsync(requests, TestContext.Current.CancellationToken);
        for (int i = 0; i < requests.Length; i++)
        {
            Reply alone = Assert.Single(await policy.ReplyAsync([requests[i]], TestContext.Current.CancellationToken));
            Assert.Equal(alone.Text, replies[i].Text);
        }
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 1)]
    [InlineData(2, 32)]
    [InlineData(4, 1)]
    [InlineData(4, 8)]
    [InlineData(4, 32)]
    public async Task A_models_episodes_are_the_same_to_the_last_bit_whatever_the_workers_and_the_batch(int workers, int batch)
    {
        using TinyVlm model = Model(_tokenizer.Count, Kernels.Best, width: 48, layers: 2, heads: 3, textLength: 96);
        Assert.Equal(await PlayAsync(1, 1), await PlayAsync(workers, batch));

        async Task<string[]> PlayAsync(int threads, int lanes)
        {
            // Levels of several missions: prompts of several lengths in a batch.
            IEnvironment environment = EnvironmentCatalog.Find("babyai-gotolocal").OrThrow();
            PromptTemplate template = ShippedPrompts.Brief.For(environment.Id).OrThrow();
            ModelPolicy policy = new(model, _tokenizer, new Decoding.Sampling(), 4, "model");
            CollectOptions options = new()
            {
                Seed = 3,
                Episodes = 11,
                TurnLimit = 3,
                Lanes = lanes,
                Workers = threads,
            };
            List<string> told = [];
            await foreach (Episode episode in new EpisodeCollector(environment, template, policy).Collect(options).ReadAsync())
            {
                told.Add(episode.Id);
                told.AddRange(episode.Turns.Select(turn => Told(turn.Reply) + turn.Observation.Image.GetHashCode()));
            }
            return [.. told];
        }

        string Told(Reply reply) =>
            $"{reply.Text} {string.Join(' ', reply.TokenIds)} {string.Join(' ', reply.LogProbabilities.Select(BitConverter.SingleToInt32Bits))} ";
    }

    [Fact]
    public async Task A_model_plays_an_environment()
    {
        NumberLine environment = new();
        PromptTemplate template = ShippedPrompts.Brief.For(environment.Id).OrThrow();
        EpisodeCollector collector = new(environment, template, Policy());
        List<Episode> episodes = [];
        await foreach (Episode episode in collector.Collect(new CollectOptions { Episodes = 3, TurnLimit = 4 }).ReadAsync())
        {
            episodes.Add(episode);
        }
        Assert.Equal(3, episodes.Count);
        // An untrained model does not write JSON.
        Assert.Equal(0, RolloutStatistics.Of(episodes).Replies.Valid);
    }

    [Theory]
    [InlineData(ReplyFreedom.None, 20)]
    [InlineData(ReplyFreedom.Thoughts, 40)]
    public async Task A_restricted_model_names_an_action_in_every_reply(ReplyFreedom freedom, int limit)
    {
        ModelPolicy policy = new(_model, _tokenizer, new Decoding.Sampling(), limit, "model")
        {
            Restriction = new ReplyRestriction(ActionParser.Strict, freedom),
        };
        IReadOnlyList<Reply> replies = await policy.ReplyAsync(Requests(8), TestContext.Current.CancellationToken);
        ReplyReader reader = new(ActionParser.Strict, Requests(1)[0].Actions);
        Assert.All(replies, reply => Assert.IsType<ParsedReply.Action>(reader.Read(reply.Text)));
        Assert.All(replies, reply => Assert.Equal(_tokenizer.EndToken, reply.TokenIds[^1]));
        Assert.All(replies, reply => Assert.Equal(reply.Text, _tokenizer.DecodePlain(reply.TokenIds.AsSpan())));
        Assert.True(replies.Select(reply => reply.Text).Distinct().Count() > 1);
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_is_refused()
    {
        using TinyVlm small = Model(_tokenizer.Count - 1);
        Fault fault = Assert.Throws<FaultException>(() => new ModelPolicy(small, _tokenizer, new Decoding.Greedy(), 6, "model")).Fault;
        Assert.Equal(FaultKind.Data, fault.Kind);
    }

    private ModelPolicy Policy() => new(_model, _tokenizer, new Decoding.Sampling(), 6, "model");

    private TinyVlm Model(int vocabulary, IKernels? kernels = null, int width = 16, int layers = 1, int heads = 2, int textLength = 64) =>
        new(
            new TinyVlmConfig
            {
                Vocabulary = vocabulary,
                ImagePlaceholder = _tokenizer.ImageToken,
                Width = width,
                Layers = layers,
                Heads = heads,
                ImageSize = 12,
                PatchSize = 6,
                TextLength = textLength,
            },
            1,
            kernels ?? new PlainKernels()
        );

    private static PolicyRequest[] Requests(int count, Func<int, string>? prompt = null)
    {
        ImmutableArray<byte> pixels = [.. Enumerable.Range(0, 30 * 20 * 3).Select(i => (byte)(i * 7))];
        Observation observation = new(new RgbImage(30, 20, pixels), "", "");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new PolicyRequest(prompt?.Invoke(i) ?? "<image>Action?", observation, ["-", "+"], RandomKey.Of(1, "turn", i))),
        ];
    }
}
