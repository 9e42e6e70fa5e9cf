using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Core.Tests.Prompting;

public sealed class ReplyGrammarTests
{
    private static readonly ImmutableArray<string> Cards = [.. Enumerable.Range(1, 10).Select(n => $"{n}"), "+", "*", "="];

    private static readonly ImmutableArray<ActionParser> JsonParsers = [ActionParser.Strict, ActionParser.Json, ActionParser.JsonFirst];

    [Fact]
    public void The_shortest_reply_of_every_action_is_in_and_nothing_longer_or_shorter_is()
    {
        ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Strict, Cards, ReplyFreedom.None).OrThrow();
        foreach (string action in Cards)
        {
            string reply = ReplyFormat.Write(action);
            Assert.True(grammar.Contains(reply));
            Assert.False(grammar.Contains(reply + " "));
            Assert.False(grammar.Contains(reply[..^1]));
        }
        Assert.False(grammar.Contains(ReplyFormat.Write("11")));
        Assert.False(grammar.Contains(""));
        Assert.False(grammar.Contains("""{"thoughts": "so", "action": "+"}"""));
    }

    [Fact]
    public void For_a_plain_parser_a_reply_is_the_action_itself()
    {
        ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Plain, ["go forward", "turn left"], ReplyFreedom.None).OrThrow();
        Assert.True(grammar.Contains("turn left"));
        Assert.False(grammar.Contains(ReplyFormat.Write("turn left")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3 < 5, so \\\"plus\\\" \\\\ it is\\n")]
    [InlineData("größer, 大きい, 🂡")]
    [InlineData("{\\\"action\\\": \\\"-\\\"}")]
    public void Thoughts_are_any_json_string(string thoughts)
    {
        ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Strict, ["+", "-"], ReplyFreedom.Thoughts).OrThrow();
        string reply = $$"""{"thoughts": "{{thoughts}}", "action": "+"}""";
        Assert.True(grammar.Contains(reply));
        Assert.Equal(new ParsedReply.Action("+"), ActionParser.Strict.Parse(reply, ["+", "-"]));
    }

    [Theory]
    [InlineData("an open \" quote")]
    [InlineData("a line\nend")]
    [InlineData("an escape \\x")]
    public void What_is_no_json_string_is_no_thought(string thoughts) =>
        Assert.False(
            ReplyGrammar
                .Of(ActionParser.Strict, ["+", "-"], ReplyFreedom.Thoughts)
                .OrThrow()
                .Contains($$"""{"thoughts": "{{thoughts}}", "action": "+"}""")
        );

    [Fact]
    public void Bytes_that_are_no_utf8_are_no_thought()
    {
        ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Strict, ["+"], ReplyFreedom.Thoughts).OrThrow();
        int body = grammar.Next(ReplyGrammar.Start, "{\"thoughts\": \""u8);
        foreach (
            byte[] wrong in (byte[][])
                [
                    [0x80],
                    [0xC0, 0xAF],
                    [0xE0, 0x80, 0x80],
                    [0xED, 0xA0, 0x80],
                    [0xF4, 0x90, 0x80, 0x80],
                    [0xFF],
                ]
        )
        {
            Assert.Equal(ReplyGrammar.Dead, grammar.Next(body, wrong));
        }
        Assert.Equal(body, grammar.Next(body, "é€🂡"u8));
    }

    [Fact]
    public void Every_random_walk_through_the_grammar_ends_as_a_reply_that_parses()
    {
        foreach (ActionParser parser in JsonParsers)
        {
            ReplyGrammar grammar = ReplyGrammar.Of(parser, Cards, ReplyFreedom.Thoughts).OrThrow();
            Check.QuickThrowOnFailure(
                Prop.ForAll(
                    ArbMap.Default.ArbFor<int>(),
                    seed =>
                    {
                        string reply = Walk(grammar, new Random(seed));
                        Assert.True(parser.Parse(reply, Cards) is ParsedReply.Action, $"{parser.Name}: {reply}");
                        using JsonDocument document = JsonDocument.Parse(reply);
                    }
                )
            );
        }
    }

    [Fact]
    public void A_parser_that_has_no_place_for_thoughts_is_a_fault() =>
        AssertRefused(ReplyGrammar.Of(ActionParser.Plain, Cards, ReplyFreedom.Thoughts), "no place for thoughts");

    [Fact]
    public void An_action_that_its_parser_does_not_read_back_is_a_fault() =>
        AssertRefused(ReplyGrammar.Of(ActionParser.Plain, ["go", "`stop`"], ReplyFreedom.None), "does not read the action '`stop`' back");

    [Fact]
    public void The_replies_of_every_environment_have_a_grammar()
    {
        foreach (EnvironmentEntry entry in EnvironmentCatalog.All)
        {
            ImmutableArray<string> actions = EnvironmentCatalog.Find(entry.Id).OrThrow().Actions;
            ReplyGrammar grammar = ReplyGrammar.Of(ActionParser.Strict, actions, ReplyFreedom.None).OrThrow();
            Assert.All(actions, action => Assert.True(grammar.Contains(ReplyFormat.Write(action))));
        }
    }

    private static void AssertRefused(Result<ReplyGrammar> grammar, string what)
    {
        Fault fault = Assert.IsType<Result<ReplyGrammar>.Failed>(grammar).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
    }

    private static string Walk(ReplyGrammar grammar, Random random)
    {
        List<byte> bytes = [];
        int state = ReplyGrammar.Start;
        while (!grammar.Accepts(state))
        {
            byte[] possible = [.. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => grammar.Next(state, value) >= 0)];
            // Quotes are drawn more often, or thoughts would go on for long.
            byte value = possible.Contains((byte)'"') && random.Next(8) == 0 ? (byte)'"' : possible[random.Next(possible.Length)];
            bytes.Add(value);
            state = grammar.Next(state, value);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
