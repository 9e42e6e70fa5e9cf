using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Prompting;

public class ActionParserTests
{
    private static readonly ImmutableArray<string> PlusMinus = ["-", "+"];

    /// <summary>The actions of each game; the index in the golden data is the position.</summary>
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Games = new Dictionary<string, ImmutableArray<string>>
    {
        ["NumberLine"] = PlusMinus,
        ["EZPoints"] = [.. Enumerable.Range(1, 10).Select(n => $"{n}"), "+", "*", "="],
        ["Points24"] = [.. Enumerable.Range(1, 10).Select(n => $"{n}"), "+", "-", "*", "/", "(", ")", "="],
        ["Blackjack"] = ["stand", "hit"],
    }.ToImmutableDictionary();

    [Fact]
    [Trait("Category", "Golden")]
    public void The_lenient_rule_reads_every_golden_answer_as_the_reference_does()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("gymcards", "action-parsing.json")));
        int cases = 0;
        foreach (JsonElement one in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            ImmutableArray<string> actions = Games[one.GetProperty("game").GetString()!];
            string text = one.GetProperty("text").GetString()!;
            JsonElement expected = one.GetProperty("action");
            string? action = ActionParser.Rl4Vlm.Parse(text, actions) is ParsedReply.Action ok ? ok.Text : null;
            Assert.True(
                action == (expected.ValueKind == JsonValueKind.Null ? null : actions[expected.GetInt32()]),
                $"{one.GetProperty("game")} {text}: {action ?? "none"}"
            );
            cases++;
        }
        Assert.True(cases > 300);
    }

    [Theory]
    [InlineData("""{"action": "+"}""", "+")]
    [InlineData("""{"action":"-"}""", "-")]
    [InlineData("\n {\"action\" : \"-\"} \t", "-")]
    [InlineData("""{"thoughts": "1 < 3 {\"action\": \"-\"}", "action": "+"}""", "+")]
    [InlineData("""{"action": "\u002b", "more": [1, {"action": 2}]}""", "+")]
    public void A_strict_reply_is_one_json_object_with_an_action(string reply, string action) =>
        Assert.Equal(new ParsedReply.Action(action), ActionParser.Strict.Parse(reply, PlusMinus));

    [Theory]
    [InlineData("", ReplyFailure.Empty)]
    [InlineData(" \n", ReplyFailure.Empty)]
    [InlineData("+", ReplyFailure.NoJson)]
    [InlineData("\"+\"", ReplyFailure.NoJson)]
    [InlineData("[\"+\"]", ReplyFailure.NoJson)]
    [InlineData("null", ReplyFailure.NoJson)]
    [InlineData("[{}]", ReplyFailure.NoJson)]
    [InlineData("{}", ReplyFailure.NoActionField)]
    [InlineData("""{"action": "+" """, ReplyFailure.Truncated)]
    [InlineData("""{"thoughts": "the tar""", ReplyFailure.Truncated)]
    [InlineData("""{"action": "+"}}""", ReplyFailure.Malformed)]
    [InlineData("""{"action": "+"} ok""", ReplyFailure.Malformed)]
    [InlineData("""Sure! {"action": "+"}""", ReplyFailure.Malformed)]
    [InlineData("""{"Action": "+"}""", ReplyFailure.NoActionField)]
    [InlineData("""{"ACTION": "+"}""", ReplyFailure.NoActionField)]
    [InlineData("""{"action": "jump"}""", ReplyFailure.UnknownAction)]
    [InlineData("""{"action": " +"}""", ReplyFailure.UnknownAction)]
    [InlineData("""{"action": ""}""", ReplyFailure.UnknownAction)]
    [InlineData("""{"action": null}""", ReplyFailure.ActionNotText)]
    [InlineData("""{"action": ["+"]}""", ReplyFailure.ActionNotText)]
    [InlineData("""{action: "+"}""", ReplyFailure.Malformed)]
    [InlineData("""{"action": +}""", ReplyFailure.Malformed)]
    [InlineData("""{"action" "+"}""", ReplyFailure.Malformed)]
    [InlineData("""{"action": "+",}""", ReplyFailure.Malformed)]
    [InlineData("""{'action': '+'}""", ReplyFailure.Malformed)]
    [InlineData("""{"action": "-", "action": "+"}""", ReplyFailure.Ambiguous)]
    [InlineData("""{"a": 1, "a": 2, "action": "+"}""", ReplyFailure.Malformed)]
    [InlineData("""{"action": "\ud800"}""", ReplyFailure.Malformed)]
    [InlineData("""{"\ud800": 1, "action": "+"}""", ReplyFailure.Malformed)]
    public void Anything_else_fails_strictly_in_a_way_that_is_named(string reply, ReplyFailure failure) =>
        Assert.Equal(failure, FailureOf(ActionParser.Strict, reply));

    [Theory]
    [InlineData("""{"action": "+"}""")]
    [InlineData("""Sure! Here it is: {"action": "+"} Good luck!""")]
    [InlineData("```json\n{\n  \"action\": \"+\"\n}\n```")]
    [InlineData("""{"action": "+",}""")]
    [InlineData("""{'action': '+'}""")]
    [InlineData("""{'thoughts': 'I don't know', 'action': '+'}""")]
    [InlineData("""{"thoughts": "the "target" is 3", "action": "+"}""")]
    [InlineData("{\"thoughts\": \"two\nlines\"\n\"action\": \"+\"}")]
    [InlineData("""{"thoughts": "no comma" "action": "+"}""")]
    [InlineData("""{“action”: “+”}""")]
    [InlineData("""{action: +}""")]
    [InlineData("""{`action`: `+`}""")]
    [InlineData("""{"Action": "+"}""")]
    [InlineData("""{"action": " + "}""")]
    [InlineData("""{"action": "\u002b"}""")]
    [InlineData("""{"\u0061ction": "+"}""")]
    [InlineData("""{"action": "+" """)]
    [InlineData("""{"answer": {"action": "+", "why": [1, 2""")]
    [InlineData("""[{"action": "+"}]""")]
    [InlineData("""The set {1, 2} first. {"action": "+"}""")]
    [InlineData("""{ hmm {"action": "+"}""")]
    [InlineData("""{"action": "+", "more": {"action": "-"}}""")]
    [InlineData("""{"thoughts": "{\"action\": \"-\"}", "action": "+"}""")]
    [InlineData("""{"action": "-"} No: {"action": "+"}""")]
    [InlineData("""{"action": "-", "action": "+"}""")]
    public void What_models_get_wrong_in_json_is_repaired(string reply) =>
        Assert.Equal(new ParsedReply.Action("+"), ActionParser.Json.Parse(reply, PlusMinus));

    [Theory]
    [InlineData("  ", ReplyFailure.Empty)]
    [InlineData("I would go up.", ReplyFailure.NoJson)]
    [InlineData("\"action\": \"+\"", ReplyFailure.NoJson)]
    [InlineData("{}", ReplyFailure.NoActionField)]
    [InlineData("{x} and {y}", ReplyFailure.NoActionField)]
    [InlineData("""{"act": "+"}""", ReplyFailure.NoActionField)]
    [InlineData("""{"action": "jump"}""", ReplyFailure.UnknownAction)]
    [InlineData("""{"action": ""}""", ReplyFailure.UnknownAction)]
    [InlineData("""{"action": null}""", ReplyFailure.ActionNotText)]
    [InlineData("""{"action": , "x": "+"}""", ReplyFailure.ActionNotText)]
    [InlineData("""{"action": {"name": "+"}}""", ReplyFailure.ActionNotText)]
    [InlineData("""{"action": ["+"]}""", ReplyFailure.ActionNotText)]
    [InlineData("""{"thoughts": "the target""", ReplyFailure.Truncated)]
    [InlineData("""{"action": "+""", ReplyFailure.Truncated)]
    [InlineData("""{"action": """, ReplyFailure.Truncated)]
    [InlineData("{", ReplyFailure.Truncated)]
    public void What_cannot_be_repaired_is_named(string reply, ReplyFailure failure) =>
        Assert.Equal(failure, FailureOf(ActionParser.Json, reply));

    [Fact]
    public void A_bare_word_that_may_go_on_is_truncated_not_guessed()
    {
        ImmutableArray<string> numbers = ["1", "10"];
        Assert.Equal(ReplyFailure.Truncated, FailureOf(ActionParser.Json, """{"action": 1""", numbers));
        Assert.Equal(new ParsedReply.Action("1"), ActionParser.Json.Parse("""{"action": 1}""", numbers));
    }

    [Fact]
    public void The_first_match_can_be_asked_for_in_place_of_the_last()
    {
        const string Twice = """{"action": "-"} No: {"action": "+"}""";
        Assert.Equal(new ParsedReply.Action("-"), ActionParser.JsonFirst.Parse(Twice, PlusMinus));
        Assert.Equal(new ParsedReply.Action("-"), ActionParser.JsonFirst.Parse("""{"action": "-", "action": "+"}""", PlusMinus));
        Assert.Equal(new ParsedReply.Action("-"), ActionParser.PlainFirst.Parse("Action: -\nAction: +", PlusMinus));
        Assert.Equal(new ParsedReply.Action("+"), ActionParser.Plain.Parse("Action: -\nAction: +", PlusMinus));
    }

    [Theory]
    [InlineData("+")]
    [InlineData(" \"+\".\n")]
    [InlineData("Action: +")]
    [InlineData("The target is 3.\r\naction : `+`\r\n")]
    [InlineData("**Action:** +")]
    [InlineData("Thoughts: up\n> **Action**: '+'.")]
    public void A_plain_reply_ends_in_a_line_with_the_action(string reply) =>
        Assert.Equal(new ParsedReply.Action("+"), ActionParser.Plain.Parse(reply, PlusMinus));

    [Theory]
    [InlineData("", ReplyFailure.Empty)]
    [InlineData("I think\nit is +", ReplyFailure.NoActionField)]
    [InlineData("Action:", ReplyFailure.Truncated)]
    [InlineData("Action: jump", ReplyFailure.UnknownAction)]
    [InlineData("jump", ReplyFailure.UnknownAction)]
    public void A_plain_reply_that_names_no_action_says_why(string reply, ReplyFailure failure) =>
        Assert.Equal(failure, FailureOf(ActionParser.Plain, reply));

    [Theory]
    [InlineData("*")]
    [InlineData("**")]
    public void An_asterisk_can_be_an_action(string asterisks)
    {
        Assert.Equal(new ParsedReply.Action(asterisks), ActionParser.Plain.Parse("Action: " + asterisks, [asterisks]));
        Assert.Equal(new ParsedReply.Action(asterisks), ActionParser.Plain.Parse($"**Action:** {asterisks}", [asterisks]));
    }

    [Theory]
    [InlineData("", ReplyFailure.Empty)]
    [InlineData("no key", ReplyFailure.NoActionField)]
    [InlineData("\"action\": \"jump\"", ReplyFailure.UnknownAction)]
    [InlineData("\"action\": \"+-\"", ReplyFailure.Ambiguous)]
    public void The_reference_rule_says_why_it_would_draw_an_action(string reply, ReplyFailure failure) =>
        Assert.Equal(failure, FailureOf(ActionParser.Rl4Vlm, reply));

    [Fact]
    public void Letter_case_is_left_aside_only_where_that_leaves_one_action()
    {
        Assert.Equal(new ParsedReply.Action("stand"), ActionParser.Json.Parse("""{"action": "Stand"}""", Games["Blackjack"]));
        Assert.Equal(ReplyFailure.Ambiguous, FailureOf(ActionParser.Json, """{"action": "gO"}""", ["go", "Go"]));
        Assert.Equal(new ParsedReply.Action("Go"), ActionParser.Json.Parse("""{"action": "Go"}""", ["go", "Go"]));
    }

    [Fact]
    public void An_unknown_action_is_named_with_the_choices()
    {
        Fault fault = Assert.IsType<ParsedReply.Invalid>(ActionParser.Strict.Parse("""{"action": "jump"}""", PlusMinus)).Fault;
        Assert.Equal("'jump' is not an action; use one of: - +", fault.ToString());
    }

    [Fact]
    public void A_long_or_unprintable_action_is_cut_and_escaped_in_its_fault()
    {
        string text = "\0\u001b[31m" + new string('x', 1_000_000);
        Fault fault = Assert.IsType<ParsedReply.Invalid>(ActionGrammar.Exact.Check(text, PlusMinus)).Fault;
        Assert.StartsWith("'\\u0000\\u001b[31mxxx", fault.What, StringComparison.Ordinal);
        Assert.InRange(fault.ToString().Length, 60, 150);
    }

    [Fact]
    public void Every_parser_reads_what_the_reply_format_writes()
    {
        foreach (ActionParser parser in ActionParser.All)
        {
            foreach (ImmutableArray<string> actions in Games.Values)
            {
                foreach (string action in actions)
                {
                    string reply =
                        parser == ActionParser.Plain || parser == ActionParser.PlainFirst ? "Action: " + action : ReplyFormat.Write(action);
                    Assert.Equal(new ParsedReply.Action(action), parser.Parse(reply, actions));
                }
            }
        }
        Assert.Equal("""{"action": "+"}""", ReplyFormat.Write("+"));
        Assert.Equal("""{"action": "say \"hi\""}""", ReplyFormat.Write("say \"hi\""));
    }

    [Fact]
    public void No_text_makes_a_parser_throw() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Gen.ArrayOf(
                        Gen.Elements(
                            "{",
                            "}",
                            "\"",
                            "action",
                            "\"action\":",
                            "\\u",
                            "d800",
                            "\\",
                            "+",
                            "-",
                            ":",
                            " ",
                            "10",
                            ",",
                            "[",
                            "\u00e9",
                            "\ud800"
                        )
                    )
                    .Select(string.Concat)
                    .ToArbitrary(),
                text => ActionParser.All.All(parser => parser.Parse(text, PlusMinus) is not null) && JsonAgreesWithStrict(text)
            )
        );

    [Fact]
    public void Whatever_the_strict_rule_reads_the_repairing_one_reads_the_same() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(JsonObjects().ToArbitrary(), JsonAgreesWithStrict));

    [Fact]
    public async Task Damaged_replies_are_read_or_refused_by_every_parser_and_never_throw()
    {
        byte[][] originals =
        [
            """{"current number": "1", "thoughts": "1 < 3, so \u002b", "action": "+"}"""u8.ToArray(),
            "```json\n{'thoughts': 'go', 'action': '-',}\n```"u8.ToArray(),
            Encoding.UTF8.GetBytes("Thoughts: \ud83d\ude00\n**Action:** +"),
        ];
        Assert.Equal(0, await Fuzz.RunAsync(originals, ReadEveryWay, _ => false, length => 200_000 + (500L * length)));

        static void ReadEveryWay(byte[] bytes)
        {
            string reply = Encoding.UTF8.GetString(bytes);
            foreach (ActionParser parser in ActionParser.All)
            {
                ParsedReply parsed = parser.Parse(reply, PlusMinus);
                Assert.True(parsed is ParsedReply.Invalid || (parsed is ParsedReply.Action action && PlusMinus.Contains(action.Text)));
            }
            Assert.True(JsonAgreesWithStrict(reply), reply);
        }
    }

    [Fact]
    public void A_reply_of_a_megabyte_fails_at_once_in_every_parser()
    {
        foreach (
            string repeated in (string[])
                [
                    "{",
                    "[",
                    "{\"a\":",
                    "{'",
                    "\"",
                    "\" ",
                    "{\"action\":\"x\"} ",
                    "}",
                    "{\"action\":{",
                    "{\"action\":{}},",
                    "\\",
                    "Action: x\n",
                    "\0",
                    "\ud83d",
                    " \t\n",
                ]
        )
        {
            FailsAtOnce(repeated);
        }
    }

    private static void FailsAtOnce(string repeated)
    {
        string reply = string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length));
        // Quadratic time would take minutes.
        foreach (string text in (string[])[reply, "{\"thoughts\": \"" + reply, reply + reply])
        {
            foreach (ActionParser parser in ActionParser.All)
            {
                Assert.IsType<ParsedReply.Invalid>(parser.Parse(text, PlusMinus));
            }
        }
    }

    [Fact]
    public void Parsers_are_chosen_by_name()
    {
        Assert.Same(ActionParser.Strict, ActionParser.Find("strict").OrThrow());
        Assert.Same(ActionParser.Rl4Vlm, ActionParser.Find("rl4vlm").OrThrow());
        Fault fault = Assert.IsType<Result<ActionParser>.Failed>(ActionParser.Find("lenient")).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("json, json-first, plain, plain-first, rl4vlm, strict", fault.ToString(), StringComparison.Ordinal);
        fault = Assert.IsType<Result<ActionParser>.Failed>(ActionParser.Find("jsn")).Fault;
        Assert.Equal("there is no action parser 'jsn'; did you mean 'json'?", fault.ToString());
    }

    private static ReplyFailure FailureOf(ActionParser parser, string reply, ImmutableArray<string> actions = default) =>
        Assert.IsType<ParsedReply.Invalid>(parser.Parse(reply, actions.IsDefault ? PlusMinus : actions)).Failure;

    private static bool JsonAgreesWithStrict(string reply) =>
        ReplyParser.Strict.Parse(reply) is not ParsedReply.Action strict
        || (ReplyParser.Json.Parse(reply).Equals(strict) && ReplyParser.JsonFirst.Parse(reply).Equals(strict));

    /// <summary>Valid JSON objects with every kind of value, most of them with one action.</summary>
    private static Gen<string> JsonObjects()
    {
        Gen<string> texts = Gen.ArrayOf(Gen.Elements('a', '"', '\'', '\\', '{', '}', '[', ',', ':', ' ', '\n', '`', 'é', '“', '1'))
            .Select(letters => JsonSerializer.Serialize(new string(letters)));
        Gen<string> keys = Gen.Frequency(
            (3, texts),
            (1, Gen.Elements("\"action\"", "\"Action\"x", "\"actions\"").Select(key => key.TrimEnd('x')))
        );
        Gen<string> leaves = Gen.OneOf(texts, Gen.Elements("1", "-2.5e3", "true", "null", "{}", "[ ]"));
        return Gen.Sized(size => Objects(Math.Min(size, 3)));

        Gen<string> Objects(int depth) =>
            Gen.ArrayOf(keys.SelectMany(key => Values(depth).Select(value => $"{key} :{value}")))
                .Select(pairs =>
                    $"{{ {string.Join(" ,", pairs.Take(4))}, \"action\": \"+\" }}".Replace("{ ,", "{", StringComparison.Ordinal)
                );

        Gen<string> Values(int depth) =>
            depth == 0
                ? leaves
                : Gen.OneOf(
                    leaves,
                    Objects(depth - 1),
                    Gen.ArrayOf(Values(depth - 1)).Select(items => $"[{string.Join(", ", items.Take(3))}]")
                );
    }
}
