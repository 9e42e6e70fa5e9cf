using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;

namespace VlmQ.Core.Tests.Prompting;

public class PromptTemplateTests
{
    private const string NumberLine = "gym_cards/NumberLine-v0";

    private static readonly RgbImage Picture = new(1, 1, [0, 0, 0]);

    [Theory]
    [InlineData(PromptTemplate.Brief)]
    [InlineData(PromptTemplate.ActionOnly)]
    [InlineData(PromptTemplate.ChainOfThought)]
    public void A_prompt_has_exactly_one_image_placeholder_in_front_and_no_number(string name)
    {
        string prompt = PromptTemplate.Find(NumberLine, name).OrThrow().Render(new Observation(Picture, "Go.", ""));
        Assert.StartsWith(PromptTemplate.ImagePlaceholder, prompt, StringComparison.Ordinal);
        Assert.Equal(0, prompt.LastIndexOf(PromptTemplate.ImagePlaceholder, StringComparison.Ordinal));
        Assert.DoesNotContain(prompt, char.IsAsciiDigit);
    }

    [Fact]
    public void The_brief_prompt_is_short() =>
        Assert.Equal(
            "<image>Number line. Bring current to target. Action?",
            PromptTemplate.Find(NumberLine, PromptTemplate.Brief).OrThrow().Render(new Observation(Picture, "", ""))
        );

    [Theory]
    [InlineData(NumberLine, PromptTemplate.ActionOnly, "action")]
    [InlineData(NumberLine, PromptTemplate.ChainOfThought, "current number,target number,thoughts,action")]
    [InlineData("gym_cards/EZPoints-v0", PromptTemplate.ActionOnly, "action")]
    [InlineData("gym_cards/EZPoints-v0", PromptTemplate.ChainOfThought, "cards,current formula,thoughts,action")]
    [InlineData("gym_cards/Points24-v0", PromptTemplate.ActionOnly, "action")]
    [InlineData("gym_cards/Points24-v0", PromptTemplate.ChainOfThought, "cards,current formula,thoughts,action")]
    [InlineData("gym_cards/Blackjack-v0", PromptTemplate.ActionOnly, "action")]
    [InlineData("gym_cards/Blackjack-v0", PromptTemplate.ChainOfThought, "thoughts,action")]
    public void The_skeleton_is_valid_json_with_the_reference_keys_in_order(string environment, string name, string keys)
    {
        string pattern = PromptTemplate.Find(environment, name).OrThrow().Pattern;
        using JsonDocument skeleton = JsonDocument.Parse(pattern[pattern.IndexOf("{\n", StringComparison.Ordinal)..]);
        Assert.Equal(keys, string.Join(',', skeleton.RootElement.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public void The_prompts_of_NumberLine_are_those_that_its_data_were_made_with()
    {
        string[] digests = ["brief", "action-only", "chain-of-thought"];
        Assert.Equal(
            [
                "f60a7366e7c8bb7d75d364779d8417793e77b793e4eab44f5153f91b85e3b7b6",
                "c07cd308da48667bd3aea46fcc17df84edc615bd2b1b68d4a02a4adbd238e907",
                "183800d5dc9bf830d1ac359cd159367a89f591a5b299420b049e398190e7c055",
            ],
            digests.Select(name => PromptTemplate.Find(NumberLine, name).OrThrow().Digest)
        );
    }

    [Fact]
    public void A_text_that_the_pattern_has_no_place_for_goes_in_front_of_it() =>
        Assert.Equal(
            "<image>Player's cards: 2, 6.\nAction?",
            new PromptTemplate("any", "own", "Action?").Render(new Observation(Picture, "", "Player's cards: 2, 6."))
        );

    [Fact]
    public void Goal_and_text_of_the_observation_are_filled_in_but_cannot_add_a_picture()
    {
        PromptTemplate template = new("any", "own", "Task: {goal}\n{text}\nAction?");
        Assert.Equal(
            "<image>Task: go to the ball\nthe page says < image>\nAction?",
            template.Render(new Observation(Picture, "go to the ball", "the page says <image>"))
        );
        Assert.Throws<ArgumentException>(() => new PromptTemplate("any", "own", "<image> twice"));
    }

    [Fact]
    public void Digests_differ_when_prompts_may()
    {
        ImmutableArray<PromptTemplate> templates = [new("a", "b", "c"), new("a", "b", "d"), new("a", "e", "c"), new("f", "b", "c")];
        Assert.Equal(4, templates.Select(template => template.Digest).Distinct().Count());
        Assert.Equal(new PromptTemplate("a", "b", "c").Digest, templates[0].Digest);
        Assert.Equal(64, templates[0].Digest.Length);
    }

    [Fact]
    public void An_unknown_template_is_a_fault_that_lists_what_exists()
    {
        Assert.Contains(
            "brief, action-only, chain-of-thought",
            Assert.IsType<Result<PromptTemplate>.Failed>(PromptTemplate.Find(NumberLine, "long")).Fault.ToString(),
            StringComparison.Ordinal
        );
        Assert.IsType<Result<PromptTemplate>.Failed>(PromptTemplate.Find("no/such", PromptTemplate.Brief));
    }
}
