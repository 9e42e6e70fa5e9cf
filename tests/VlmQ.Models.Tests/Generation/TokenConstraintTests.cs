using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Models.Generation;

namespace VlmQ.Models.Tests.Generation;

public sealed class TokenConstraintTests
{
    private const int End = 0;
    private static readonly ImmutableArray<string> Actions = ["left", "right", "le"];

    /// <summary>A vocabulary in which the same reply can be cut in many ways.</summary>
    private static readonly string[] Words =
    [
        "<end>",
        "{\"",
        "{",
        "\"",
        "action",
        "act",
        "ion",
        "\": \"",
        ": ",
        "le",
        "ft",
        "left",
        "right",
        "\"}",
        "}",
        "\"} ",
        "x",
        " ",
        " {\"",
        "thoughts",
        "\": ",
        ", ",
        "ri",
        "ghtly",
    ];

    private static readonly TokenTable Table = TableOf(losesFirstSpace: false);

    [Fact]
    public void Tokens_pass_wherever_they_are_cut_and_none_that_leads_nowhere()
    {
        TokenConstraint constraint = Constraint(ReplyFreedom.None);
        Assert.Equal(["{\"", "{"], Allowed(constraint, constraint.Start));
        int state = Follow(constraint, "{\"", "action", "\": \"");
        // "ri" leads nowhere: this vocabulary has no "ght".
        Assert.Equal(["le", "left", "right"], Allowed(constraint, state));
        Assert.Equal(["\"", "ft", "\"}"], Allowed(constraint, constraint.Next(state, Id("le"))).Order(Comparer<string>.Create(ByPlace)));
        int whole = constraint.Next(constraint.Next(state, Id("left")), Id("\"}"));
        Assert.Equal(["<end>"], Allowed(constraint, whole));
    }

    [Fact]
    public void A_reply_is_led_to_its_end_before_its_tokens_run_out()
    {
        TokenConstraint constraint = Constraint(ReplyFreedom.Thoughts);
        // {" thoughts ": " " ,  " act… is the shortest way: what is drawn before must leave room for it.
        Assert.InRange(constraint.ShortestReply, 8, 14);
        using TinyVlm model = TinyModels.New();
        PromptBatch prompts = TinyModels.Prompts([.. Enumerable.Repeat<int[]>([3, 4], 32)]);
        RandomKey[] keys = [.. Enumerable.Range(0, 32).Select(row => RandomKey.Of(5, "reply", row))];
        TokenConstraint[] constraints = [.. Enumerable.Repeat(constraint, 32)];
        for (int limit = constraint.ShortestReply; limit < constraint.ShortestReply + 4; limit++)
        {
            GenerationOptions options = new(new Decoding.Sampling(), limit, End);
            GeneratedReply[] replies = ReplyGenerator.Generate(model, prompts, options, keys, constraints);
            Assert.All(replies, reply => Assert.True(reply.Ended));
            string[] texts = [.. replies.Select(reply => TextOf(reply.TokenIds[..^1]))];
            Assert.All(texts, text => Assert.IsType<ParsedReply.Action>(ActionParser.Strict.Parse(text, Actions)));
            Assert.True(texts.Distinct().Count() > 1);
        }
    }

    [Fact]
    public void Constrained_greedy_replies_are_the_same_alone_and_in_company_and_parse()
    {
        using TinyVlm model = TinyModels.New();
        TokenConstraint constraint = Constraint(ReplyFreedom.None);
        int[][] prompts =
        [
            [3, 4, 5, 6],
            [4, 3],
        ];
        GenerationOptions options = new(new Decoding.Greedy(), 12, End);
        GeneratedReply[] replies = ReplyGenerator.Generate(model, TinyModels.Prompts(prompts), options, [], [constraint, constraint]);
        foreach (GeneratedReply reply in replies)
        {
            Assert.IsType<ParsedReply.Action>(ActionParser.Strict.Parse(TextOf(reply.TokenIds[..^1]), Actions));
        }
        GeneratedReply alone = ReplyGenerator.Generate(model, TinyModels.Prompts(prompts[0]), options, [], [constraint])[0];
        Assert.Equal(replies[0].TokenIds, alone.TokenIds);
    }

    [Fact]
    public void Log_probabilities_are_those_among_the_tokens_that_may_come()
    {
        using TinyVlm model = TinyModels.New();
        TokenConstraint constraint = TokenConstraint
            .Of(ReplyGrammar.Of(ActionParser.Plain, ["le", "x"], ReplyFreedom.None).OrThrow(), Table, [End])
            .OrThrow();
        RandomKey[] keys = [.. Enumerable.Range(0, 64).Select(row => RandomKey.Of(5, "reply", row))];
        PromptBatch prompts = TinyModels.Prompts([.. Enumerable.Repeat<int[]>([3, 4], 64)]);
        for (int row = 1; row < 64; row++)
        {
            prompts.Images.AsSpan(0, 192).CopyTo(prompts.Images.AsSpan(row * 192));
        }
        GeneratedReply[] replies = ReplyGenerator.Generate(
            model,
            prompts,
            new GenerationOptions(new Decoding.Sampling(), 2, End),
            keys,
            [.. Enumerable.Repeat(constraint, 64)]
        );
        double[] shares = [.. replies.DistinctBy(reply => reply.TokenIds[0]).Select(reply => Math.Exp(reply.LogProbabilities[0]))];
        Assert.Equal(2, shares.Length);
        Assert.Equal(1, shares.Sum(), 1e-5);
        // Only the end may follow.
        Assert.All(replies, reply => Assert.Equal(0, reply.LogProbabilities[1], 1e-6f));
    }

    [Fact]
    public void A_first_space_that_the_text_loses_is_allowed_for()
    {
        TokenConstraint constraint = TokenConstraint
            .Of(ReplyGrammar.Of(ActionParser.Strict, Actions, ReplyFreedom.None).OrThrow(), TableOf(losesFirstSpace: true), [End])
            .OrThrow();
        Assert.Contains(" {\"", Allowed(constraint, constraint.Start));
        Assert.DoesNotContain(" {\"", Allowed(constraint, constraint.Next(constraint.Start, Id(" "))));
    }

    [Fact]
    public void A_limit_below_the_shortest_reply_is_a_fault()
    {
        using TinyVlm model = TinyModels.New();
        GenerationOptions options = new(new Decoding.Greedy(), 3, End);
        Fault fault = Assert
            .Throws<FaultException>(() =>
                ReplyGenerator.Generate(model, TinyModels.Prompts([3, 4]), options, [], [Constraint(ReplyFreedom.None)])
            )
            .Fault;
        Assert.Contains("a reply has 3 at most", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_that_cannot_write_any_reply_is_a_fault()
    {
        ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Plain, ["up"], ReplyFreedom.None).OrThrow();
        Assert.IsType<Result<TokenConstraint>.Failed>(TokenConstraint.Of(grammar, Table, [End]));
    }

    private static TokenTable TableOf(bool losesFirstSpace) =>
        new([.. Words.Select((word, id) => id == End ? null : Encoding.UTF8.GetBytes(word))], losesFirstSpace);

    private static TokenConstraint Constraint(ReplyFreedom freedom) =>
        TokenConstraint.Of(ReplyGrammar.Of(ActionParser.Strict, Actions, freedom).OrThrow(), Table, [End]).OrThrow();

    private static int Id(string word) => Array.IndexOf(Words, word);

    private static int ByPlace(string a, string b) => Id(a).CompareTo(Id(b));

    private static int Follow(TokenConstraint constraint, params string[] words) =>
        words.Aggregate(constraint.Start, (state, word) => constraint.Next(state, Id(word)));

    private static string[] Allowed(TokenConstraint constraint, int state)
    {
        float[] logits = new float[TinyModels.Config.Vocabulary];
        constraint.Mask(state, 100, logits);
        return [.. Enumerable.Range(0, Words.Length).Where(id => logits[id] == 0).Select(id => Words[id])];
    }

    private static string TextOf(ImmutableArray<int> ids) => string.Concat(ids.Select(id => Words[id]));
}
