using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;

namespace VlmQ.Core.Tests.Prompting;

public class PromptTemplateTests
{
    private static readonly RgbImage Picture = new(1, 1, [0, 0, 0]);

    private static readonly ImmutableArray<Turn> Played =
    [
        Of("first", "+", 0),
        Of("""{"action": "<image>"}""", null, -1),
        Of("third <|end|>", "-", 0.5f),
    ];

    [Fact]
    public void Goal_and_text_of_the_observation_are_filled_in_but_cannot_add_a_picture()
    {
        PromptTemplate template = new("any", "own", "Task: {goal}\n{text}\nAction?");
        Assert.Equal(
            "<image>Task: go to the ball\nthe page says < image>\nAction?",
            template.Render([], Seen("go to the ball", "the page says <image>"))
        );
        Assert.Throws<ArgumentException>(() => new PromptTemplate("any", "own", "<image> twice"));
    }

    [Theory]
    [InlineData("{text}\nAction?", "<image>Action?")]
    [InlineData("Look.\n{text}\nAction?", "<image>Look.\nAction?")]
    [InlineData("Look.\n{text}", "<image>Look.")]
    [InlineData("Look. {text}\nAction?", "<image>Look. \nAction?")]
    public void A_line_of_one_placeholder_is_left_out_where_that_is_empty(string pattern, string prompt) =>
        Assert.Equal(prompt, new PromptTemplate("any", "own", pattern).Render([], Seen("", "")));

    [Fact]
    public void A_text_that_the_pattern_has_no_place_for_goes_in_front_of_it() =>
        Assert.Equal(
            "<image>Player's cards: 2, 6.\nAction?",
            new PromptTemplate("any", "own", "Action?").Render([], Seen("", "Player's cards: 2, 6."))
        );

    [Fact]
    public void Braces_are_only_braces_where_no_placeholder_is_in_them() =>
        Assert.Equal(
            "<image>{\n  \"action\": \"{}\" {goal} { goal } {1}\n}",
            new PromptTemplate("any", "own", "{\n  \"action\": \"{}\" {{goal}} { goal } {1}\n}").Render([], Seen("x", ""))
        );

    [Fact]
    public void History_is_the_last_turns_with_nothing_special_left_in_their_words()
    {
        TurnHistory history = new(2, "{turn} [{text}] {reply} {action} {reward}");
        ChatFormat chat = new("family", "<|user|>", "\n", "<|end|>");
        PromptTemplate template = new("any", "own", "Before:\n{history}\nNow?", history, chat);
        Assert.Equal("<|user|><image>\nBefore:\nNow?<|end|>", template.Render([], Seen("", "")));
        Assert.Equal("<|user|><image>\nBefore:\n1 [seen] first + 0\nNow?<|end|>", template.Render(Played.AsSpan(0, 1), Seen("", "")));
        Assert.Equal(
            "<|user|><image>\nBefore:\n2 [seen] {\"action\": \"< image>\"} none -1\n3 [seen] third < |end|> - 0.5\nNow?<|end|>",
            template.Render(Played.AsSpan(), Seen("", ""))
        );
    }

    [Fact]
    public void A_long_reply_is_cut_in_the_history_but_never_inside_a_character()
    {
        string smile = "\ud83d\ude00";
        string reply = new string('x', TurnHistory.MostReply - 1) + smile + new string('y', 1_000_000);
        PromptTemplate template = new("any", "own", "{history}", new TurnHistory(1, "{reply}"));
        Assert.Equal("<image>" + new string('x', TurnHistory.MostReply - 1) + "…", template.Render([Of(reply, null, 0)], Seen("", "")));
    }

    [Fact]
    public void A_template_is_valid_by_construction()
    {
        Assert.Throws<ArgumentException>(() => new PromptTemplate("any", "own", "{gaol}"));
        Assert.Throws<ArgumentException>(() => new PromptTemplate("any", "own", "{history}"));
        Assert.Throws<ArgumentException>(() => new PromptTemplate("any", "own", "no place", new TurnHistory(1, "x")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TurnHistory(0, "x"));
        Assert.Throws<ArgumentException>(() => new ChatFormat("two", "<image>", "", ""));
    }

    [Fact]
    public void Digests_differ_when_prompts_may()
    {
        TurnHistory history = new(1, "x");
        ImmutableArray<PromptTemplate> templates =
        [
            new("a", "b", "c"),
            new("a", "b", "d"),
            new("a", "e", "c"),
            new("f", "b", "c"),
            new("a", "b", "{history}", history),
            new("a", "b", "{history}", new TurnHistory(2, "x")),
            new("a", "b", "{history}", new TurnHistory(1, "y")),
            new("a", "b", "c", null, new ChatFormat("family", "", "\n", "")),
            new("a", "b", "c", null, new ChatFormat("family", "", "", "\n")),
        ];
        Assert.Equal(templates.Length, templates.Select(template => template.Digest).Distinct().Count());
        Assert.Equal(new PromptTemplate("a", "b", "c").Digest, templates[0].Digest);
        Assert.Equal(64, templates[0].Digest.Length);
    }

    private static Observation Seen(string goal, string text) => new(Picture, goal, text);

    private static Turn Of(string reply, string? action, float reward) =>
        new(Seen("goal", "seen"), new Reply(reply), action, reward, terminated: false, truncated: false);
}
