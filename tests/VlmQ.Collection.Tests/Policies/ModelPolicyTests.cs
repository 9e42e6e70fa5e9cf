using System.Collections.Immutable;
using VlmQ.Collection.Policies;
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

    private TinyVlm Model(int vocabulary) =>
        new(
            new TinyVlmConfig
            {
                Vocabulary = vocabulary,
                ImagePlaceholder = _tokenizer.ImageToken,
                Width = 16,
                Layers = 1,
                Heads = 2,
                ImageSize = 12,
                PatchSize = 6,
                TextLength = 64,
            },
            1,
            new PlainKernels()
        );

    private static PolicyRequest[] Requests(int count)
    {
        ImmutableArray<byte> pixels = [.. Enumerable.Range(0, 30 * 20 * 3).Select(i => (byte)(i * 7))];
        Observation observation = new(new RgbImage(30, 20, pixels), "", "");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new PolicyRequest("<image>Action?", observation, ["-", "+"], RandomKey.Of(1, "turn", i))),
        ];
    }
}
