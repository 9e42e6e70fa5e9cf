using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Prompting;

public class ShippedPromptTests
{
    private const string NumberLine = "gym_cards/NumberLine-v0";
    private const string EZPoints = "gym_cards/EZPoints-v0";
    private const string Points24 = "gym_cards/Points24-v0";
    private const string Blackjack = "gym_cards/Blackjack-v0";

    private static readonly ImmutableArray<string> Names = ["brief", "action-only", "chain-of-thought", "history", "plain"];

    private static readonly RgbImage Picture = new(1, 1, [0, 0, 0]);

    [Fact]
    public void The_prompts_of_NumberLine_are_those_that_its_data_were_made_with() =>
        Assert.Equal(
            [
                "f60a7366e7c8bb7d75d364779d8417793e77b793e4eab44f5153f91b85e3b7b6",
                "c07cd308da48667bd3aea46fcc17df84edc615bd2b1b68d4a02a4adbd238e907",
                "183800d5dc9bf830d1ac359cd159367a89f591a5b299420b049e398190e7c055",
            ],
            Names.Take(3).Select(name => ShippedPrompts.Catalog.Find(NumberLine, name).OrThrow().Digest)
        );

    [Fact]
    public void Every_environment_has_every_prompt_with_one_picture_and_its_goal_text_and_history()
    {
        foreach (EnvironmentEntry entry in EnvironmentCatalog.All)
        {
            foreach (string name in Names)
            {
                PromptTemplate template = ShippedPrompts.Catalog.Find(entry.Id, name).OrThrow();
                Observation seen = new(Picture, "THE GOAL", "THE TEXT");
                Turn turn = new(seen, new Reply("x"), entry.Environment.Actions[0], 0, terminated: false, truncated: false);
                string prompt = template.Render([turn], seen);
                Assert.Equal(0, prompt.LastIndexOf(PromptTemplate.ImagePlaceholder, StringComparison.Ordinal));
                Assert.Contains("THE TEXT", prompt, StringComparison.Ordinal);
                Assert.Equal(name == "history", prompt.Contains("Turn 1: you chose", StringComparison.Ordinal));
                if (!entry.Id.StartsWith("gym_cards", StringComparison.Ordinal))
                {
                    Assert.Contains("THE GOAL", prompt, StringComparison.Ordinal);
                }
            }
        }
        Assert.Equal([.. Names, "words", "conversation"], ShippedPrompts.Catalog.NamesFor("BabyAI-GoToLocal-v0"));
    }

    [Theory]
    [InlineData("no/such")]
    [InlineData(NumberLine)]
    public void Words_are_the_data_s_own_and_a_conversation_tells_what_was_said_before(string environment)
    {
        PromptTemplate words = ShippedPrompts.Catalog.Find(environment, "words").OrThrow();
        Observation first = new(Picture, "Help.", "Where is {goal}?");
        Assert.Equal("<image>Help.\nWhere is {goal}?", words.Render([], first));
        Assert.Equal("<image>Where is {goal}?", words.Render([], first with { Goal = "" }));
        Assert.Equal("<image>Help.", words.Render([], first with { Text = "" }));
        Assert.Equal("<image>", words.Render([], new Observation(Picture, "", "")));

        PromptTemplate conversation = ShippedPrompts.Catalog.Find(environment, "conversation").OrThrow();
        Turn turn = new(first, new Reply("There."), null, 0, terminated: false, truncated: false);
        Assert.Equal("<image>Help.\nWhere is {goal}?", conversation.Render([], first));
        Assert.Equal(
            "<image>Help.\nWhere is {goal}?\nThere.\nAnd now?",
            conversation.Render([turn], new Observation(Picture, "Help.", "And now?"))
        );
    }

    [Theory]
    [InlineData(NumberLine, "action-only", "action")]
    [InlineData(NumberLine, "chain-of-thought", "current number,target number,thoughts,action")]
    [InlineData(NumberLine, "history", "current number,target number,thoughts,action")]
    [InlineData(EZPoints, "action-only", "action")]
    [InlineData(EZPoints, "chain-of-thought", "cards,current formula,thoughts,action")]
    [InlineData(EZPoints, "history", "cards,current formula,thoughts,action")]
    [InlineData(Points24, "action-only", "action")]
    [InlineData(Points24, "chain-of-thought", "cards,current formula,thoughts,action")]
    [InlineData(Points24, "history", "cards,current formula,thoughts,action")]
    [InlineData(Blackjack, "action-only", "action")]
    [InlineData(Blackjack, "chain-of-thought", "thoughts,action")]
    [InlineData(Blackjack, "history", "thoughts,action")]
    public void The_skeleton_is_valid_json_with_the_reference_keys_in_order(string environment, string name, string keys)
    {
        string pattern = ShippedPrompts.Catalog.Find(environment, name).OrThrow().Pattern;
        using JsonDocument skeleton = JsonDocument.Parse(pattern[pattern.IndexOf("{\n", StringComparison.Ordinal)..]);
        Assert.Equal(keys, string.Join(',', skeleton.RootElement.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public void The_prompts_of_NumberLine_and_Blackjack_leave_the_state_to_the_picture()
    {
        foreach (string name in Names)
        {
            foreach (string environment in (string[])[NumberLine, Blackjack])
            {
                string prompt = ShippedPrompts.Catalog.Find(environment, name).OrThrow().Render([], new Observation(Picture, "Go.", ""));
                Assert.DoesNotContain(prompt, char.IsAsciiDigit);
            }
        }
    }

    /// <summary>As the models' own code writes them: MoonDream2 and xGen-MM instruct.</summary>
    [Fact]
    public void Chat_formats_are_those_of_the_families()
    {
        Observation seen = new(Picture, "", "");
        Assert.Equal(
            "<image>\n\nQuestion: Number line. Bring current to target. Action?\n\nAnswer:",
            ShippedPrompts.Catalog.Find(NumberLine, "brief", "moondream2").OrThrow().Render([], seen)
        );
        Assert.Equal(
            "<|system|>\nA chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
                + "and polite answers to the user's questions.<|end|>\n<|user|>\n<image>\nNumber line. Bring current to target. Action?<|end|>\n"
                + "<|assistant|>\n",
            ShippedPrompts.Catalog.Find(NumberLine, "brief", "xgen-mm").OrThrow().Render([], seen)
        );
        Assert.Equal(
            "<image><|md_reserved_0|>query<|md_reserved_1|>Number line. Bring current to target. Action?<|md_reserved_2|><|md_reserved_2|>",
            ShippedPrompts.Catalog.Find(NumberLine, "brief", "moondream2-2025-06-21").OrThrow().Render([], seen)
        );
        Assert.Equal(["none", "moondream2", "moondream2-2025-06-21", "xgen-mm"], ShippedPrompts.Catalog.ChatNames);
    }

    [Fact]
    public void What_does_not_exist_is_a_fault_that_lists_what_does()
    {
        Assert.Equal(
            "there is no prompt template 'long' for gym_cards/NumberLine-v0; use one of: brief, action-only, chain-of-thought, history, plain, "
                + "words, conversation",
            FaultOf(ShippedPrompts.Catalog.Find(NumberLine, "long")).ToString()
        );
        Assert.Contains(
            "did you mean 'brief'?",
            FaultOf(ShippedPrompts.Catalog.Find(NumberLine, "breif")).ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "there is no chat format 'moondream'; did you mean 'moondream2'?",
            FaultOf(ShippedPrompts.Catalog.Find(NumberLine, "brief", "moondream")).ToString()
        );
        Assert.Contains(
            "no prompt template",
            FaultOf(new PromptCatalog([]).Find(NumberLine, "brief")).ToString(),
            StringComparison.Ordinal
        );
        // The general prompts list the actions, so that the environment must be known.
        Assert.Contains("no environment", FaultOf(ShippedPrompts.Catalog.Find("no/such", "plain")).ToString(), StringComparison.Ordinal);
    }

    private static Fault FaultOf(Result<PromptTemplate> result) => Assert.IsType<Result<PromptTemplate>.Failed>(result).Fault;
}
