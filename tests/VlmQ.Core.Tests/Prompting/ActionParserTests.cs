using System.Collections.Immutable;
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
            string? action = ActionParser.Rl4Vlm.Parse(text, actions) is Result<string>.Ok ok ? ok.Value : null;
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
        Assert.Equal(action, ActionParser.Strict.Parse(reply, PlusMinus).OrThrow());

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("\"+\"")]
    [InlineData("[\"+\"]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"action": "+" """)]
    [InlineData("""{"action": "+"}}""")]
    [InlineData("""{"action": "+"} ok""")]
    [InlineData("""Sure! {"action": "+"}""")]
    [InlineData("""{"Action": "+"}""")]
    [InlineData("""{"ACTION": "+"}""")]
    [InlineData("""{"action": "jump"}""")]
    [InlineData("""{"action": " +"}""")]
    [InlineData("""{"action": ""}""")]
    [InlineData("""{"action": null}""")]
    [InlineData("""{"action": ["+"]}""")]
    [InlineData("""{action: "+"}""")]
    [InlineData("""{"action": +}""")]
    [InlineData("""{"action" "+"}""")]
    [InlineData("""{"action": "+",}""")]
    [InlineData("""{'action': '+'}""")]
    [InlineData("""{"action": "-", "action": "+"}""")]
    [InlineData("""{"action": "\ud800"}""")]
    [InlineData("""{"\ud800": 1, "action": "+"}""")]
    [InlineData("\ud800")]
    public void Anything_else_is_a_fault(string reply) => Assert.IsType<Result<string>.Failed>(ActionParser.Strict.Parse(reply, PlusMinus));

    [Fact]
    public void An_unknown_action_is_named_with_the_choices()
    {
        Fault fault = Assert.IsType<Result<string>.Failed>(ActionParser.Strict.Parse("""{"action": "jump"}""", PlusMinus)).Fault;
        Assert.Equal("'jump' is not an action; use one of: - +", fault.ToString());
    }

    [Fact]
    public void Both_parsers_read_what_the_reply_format_writes()
    {
        foreach (ImmutableArray<string> actions in Games.Values)
        {
            foreach (string action in actions)
            {
                Assert.Equal(action, ActionParser.Strict.Parse(ReplyFormat.Write(action), actions).OrThrow());
                Assert.Equal(action, ActionParser.Rl4Vlm.Parse(ReplyFormat.Write(action), actions).OrThrow());
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
                text => ActionParser.Strict.Parse(text, PlusMinus) is not null && ActionParser.Rl4Vlm.Parse(text, PlusMinus) is not null
            )
        );

    [Fact]
    public void Parsers_are_chosen_by_name()
    {
        Assert.Same(ActionParser.Strict, ActionParser.Find("strict").OrThrow());
        Assert.Same(ActionParser.Rl4Vlm, ActionParser.Find("rl4vlm").OrThrow());
        Fault fault = Assert.IsType<Result<ActionParser>.Failed>(ActionParser.Find("lenient")).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("rl4vlm, strict", fault.ToString(), StringComparison.Ordinal);
    }
}
