using System.Collections.Immutable;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Tests.Policies;

public class PolicyTests
{
    private const int Replies = 20_000;

    private static readonly ImmutableArray<string> PlusMinus = ["-", "+"];

    [Fact]
    public async Task Random_replies_are_well_formed_and_uniform()
    {
        ImmutableArray<string> replies = await Ask(new RandomPolicy(), PlusMinus);
        Assert.Equal(["""{"action": "+"}""", """{"action": "-"}"""], replies.Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(replies.Count(reply => reply == """{"action": "+"}"""), Replies / 2 - 350, Replies / 2 + 350);
    }

    [Theory]
    [InlineData("- +")]
    [InlineData("stand hit")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 + * =")]
    [InlineData("left right forward pickup drop toggle done")]
    public async Task No_malformed_reply_parses_and_every_well_formed_one_does(string words)
    {
        ImmutableArray<string> actions = [.. words.Split(' ')];
        Assert.All(await Ask(new NoisyPolicy(1), actions), reply => Assert.Null(ActionOf(reply, actions)));
        Assert.All(await Ask(new NoisyPolicy(0), actions), reply => Assert.NotNull(ActionOf(reply, actions)));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.1)]
    public async Task The_share_of_malformed_replies_is_the_given_one(double share)
    {
        ImmutableArray<string> replies = await Ask(new NoisyPolicy(share), PlusMinus);
        Assert.Equal(share, replies.Count(reply => ActionOf(reply, PlusMinus) is null) / (double)Replies, 0.02);
    }

    [Fact]
    public async Task Malformed_replies_are_of_five_kinds_in_equal_shares()
    {
        ImmutableArray<string> replies = await Ask(new NoisyPolicy(1), PlusMinus);
        Dictionary<string, int> kinds = replies.GroupBy(KindOf).ToDictionary(group => group.Key, group => group.Count());
        // Wrong JSON without its end brace cannot be told from a text that was cut before it: a fourth of that fifth counts as cut.
        Assert.Equal(["case", "chatter", "cut", "json", "unknown"], kinds.Keys.Order());
        Assert.InRange(kinds["case"], Replies / 5 - 300, Replies / 5 + 300);
        Assert.InRange(kinds["chatter"], Replies / 5 - 300, Replies / 5 + 300);
        Assert.InRange(kinds["unknown"], Replies / 5 - 300, Replies / 5 + 300);
        Assert.InRange(kinds["json"], Replies * 3 / 20 - 300, Replies * 3 / 20 + 300);
        Assert.InRange(kinds["cut"], Replies / 4 - 300, Replies / 4 + 300);
        string[] expected =
        [
            """{"ACTION": "+"}""",
            """{"Action": "+"}""",
            """I think {"action": "+"}""",
            """Sure! {"action": "+"}""",
            """{"action": "+"} ok""",
            """{"action" "+"}""",
            """{action: "+"}""",
            """{"action": +}""",
            """{"action": "+" """.TrimEnd(),
            "{",
            """{"action": "jump"}""",
            """{"action": "wait"}""",
            """{"action": "left"}""",
            """{"action": "5"}""",
        ];
        Assert.Superset(expected.ToHashSet(), replies.ToHashSet());
    }

    [Fact]
    public async Task A_reply_depends_on_its_key_alone()
    {
        NoisyPolicy policy = new();
        ImmutableArray<PolicyRequest> requests = Requests(PlusMinus, 200);
        IReadOnlyList<Reply> together = await policy.ReplyAsync(requests, CancellationToken.None);
        for (int i = requests.Length - 1; i >= 0; i--)
        {
            Assert.Equal(together[i], Assert.Single(await policy.ReplyAsync([requests[i]], CancellationToken.None)));
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_is_between_zero_and_one(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => new NoisyPolicy(share));

    /// <summary>For settings that name no model.</summary>
    internal static Result<IPolicy> NoModels(string name) => throw new InvalidOperationException($"The policy {name} was not asked for.");

    [Fact]
    public async Task A_mixture_is_as_its_policies_are()
    {
        NumberLine game = new();
        PolicySettings settings = new() { Name = "model=3,random=1", MixBy = MixtureUnit.Turn };
        List<string> asked = [];
        IPolicy mixture = NamedPolicies
            .Make(
                settings,
                game,
                name =>
                {
                    asked.Add(name);
                    return new Result<IPolicy>.Ok(new Parrot());
                }
            )
            .OrThrow();
        Assert.Equal([NamedPolicies.Model], asked);
        Assert.True(mixture.AnswersInBatches);
        Assert.False(mixture.IsReproducible);
        Assert.Equal(5, mixture.EpisodesAtOnce);
        ImmutableArray<string> replies = await Ask(mixture, PlusMinus);
        Assert.Equal(0.75, replies.Count(reply => reply == "model") / (double)Replies, 0.02);

        IPolicy scripted = NamedPolicies.Make(new PolicySettings { Name = "expert,noisy" }, game, NoModels).OrThrow();
        Assert.False(scripted.AnswersInBatches);
        Assert.True(scripted.IsReproducible);
        Assert.Null(scripted.EpisodesAtOnce);
        Assert.True(NamedPolicies.Names(settings.Name, NamedPolicies.Model));
        Assert.False(NamedPolicies.Names(settings.Name, NamedPolicies.Remote));
        Assert.False(NamedPolicies.Names("model=", NamedPolicies.Model));
    }

    [Fact]
    public void Policies_are_chosen_by_name()
    {
        NumberLine game = new();
        Assert.IsType<RandomPolicy>(NamedPolicies.Make(new PolicySettings(), game, NoModels).OrThrow());
        Assert.IsType<NoisyPolicy>(NamedPolicies.Make(new PolicySettings { Name = "noisy" }, game, NoModels).OrThrow());
        Assert.IsType<ExpertPolicy>(NamedPolicies.Make(new PolicySettings { Name = "expert" }, game, NoModels).OrThrow());
        Assert.IsType<MixturePolicy>(NamedPolicies.Make(new PolicySettings { Name = "expert,noisy=2" }, game, NoModels).OrThrow());
    }

    [Theory]
    [InlineData(
        "perfect",
        0.4,
        "",
        "there is no policy 'perfect'; use one of: expert, model, noisy, random, remote; or a mixture such as expert=0.5,noisy=0.5"
    )]
    [InlineData("nosiy", 0.4, "", "there is no policy 'nosiy'; did you mean 'noisy'? use one of: ")]
    [InlineData("noisy", 0.4, "coma", "there is no malformation 'coma'; did you mean 'comma'? use some of: ")]
    [InlineData("expert=1,perfect=1", 0.4, "", "there is no policy 'perfect'; ")]
    [InlineData("expert=-1,noisy=1", 0.4, "", "expert=-1,noisy=1: 'expert=-1' is no name with a weight")]
    [InlineData("expert,expert", 0.4, "", "expert,expert: 'expert' comes twice")]
    [InlineData("noisy", 1.5, "", "a share of malformed replies is between 0 and 1; it is 1.5")]
    [InlineData(
        "noisy",
        0.4,
        "typo",
        "there is no malformation 'typo'; use some of: cut, case, chatter, json, unknown, fence, quotes, comma"
    )]
    public void Wrong_settings_are_a_fault_that_says_what_would_be_right(string name, double malformed, string kinds, string said)
    {
        PolicySettings settings = new()
        {
            Name = name,
            Malformed = malformed,
            Malformations = kinds,
        };
        Fault fault = Assert.IsType<Result<IPolicy>.Failed>(NamedPolicies.Make(settings, new NumberLine(), NoModels)).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.StartsWith(said, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kinds_of_malformed_replies_come_in_the_given_shares()
    {
        NoisyPolicy policy = new(1, Malformations.Parse("fence=3,quotes=1").OrThrow());
        ImmutableArray<string> replies = await Ask(policy, PlusMinus);
        Assert.Equal(0.75, replies.Count(reply => reply.StartsWith("```", StringComparison.Ordinal)) / (double)Replies, 0.02);
        Assert.All(replies, reply => Assert.True(reply[0] == '`' || reply.StartsWith("{'action': '", StringComparison.Ordinal)));
        Assert.All(replies, reply => Assert.Null(ActionOf(reply, PlusMinus)));
        Assert.Equal(
            ["""{"action": "+",}""", """{"action": "-",}"""],
            (await Ask(new NoisyPolicy(1, Malformations.Parse("comma").OrThrow()), PlusMinus)).Distinct().Order(StringComparer.Ordinal)
        );
    }

    private static string KindOf(string reply) =>
        reply switch
        {
            _ when """{"action": "+"}""".StartsWith(reply, StringComparison.Ordinal)
                    || """{"action": "-"}""".StartsWith(reply, StringComparison.Ordinal) => "cut",
            _ when reply.StartsWith("{\"A", StringComparison.Ordinal) => "case",
            _ when reply[0] != '{' || reply[^1] != '}' => "chatter",
            _ when ActionParser.Strict.Parse(reply, PlusMinus) is ParsedReply.Invalid { Fault.What: var what }
                    && what.EndsWith("is not an action", StringComparison.Ordinal) => "unknown",
            _ => "json",
        };

    private static string? ActionOf(string reply, ImmutableArray<string> actions) =>
        ActionParser.Strict.Parse(reply, actions) is ParsedReply.Action ok ? ok.Text : null;

    private static async Task<ImmutableArray<string>> Ask(IPolicy policy, ImmutableArray<string> actions) =>
        [.. (await policy.ReplyAsync(Requests(actions, Replies), CancellationToken.None)).Select(reply => reply.Text)];

    private static ImmutableArray<PolicyRequest> Requests(ImmutableArray<string> actions, int count)
    {
        Observation observation = new(new RgbImage(1, 1, [0, 0, 0]), "", "");
        return
        [
            .. Enumerable.Range(0, count).Select(i => new PolicyRequest("<image>", observation, actions, RandomKey.Of(7, "policy", i))),
        ];
    }

    private sealed class Parrot : IPolicy
    {
        public string Name => "parrot";

        public bool IsReproducible => false;

        public bool AnswersInBatches => true;

        public int? EpisodesAtOnce => 5;

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken) =>
            new([.. requests.Select(_ => new Reply("model"))]);
    }
}
