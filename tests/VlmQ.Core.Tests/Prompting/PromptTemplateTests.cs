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
    [InlineData(PromptTemplate.ActionOnly, "action")]
    [InlineData(PromptTemplate.ChainOfThought, "current number,target number,thoughts,action")]
    public void The_skeleton_is_valid_json_with_the_reference_keys_in_order(string name, string keys)
    {
        string pattern = PromptTemplate.Find(NumberLine, name).OrThrow().Pattern;
        using JsonDocument skeleton = JsonDocument.Parse(pattern[pattern.IndexOf('{', StringComparison.Ordinal)..]);
        Assert.Equal(keys, string.Join(',', skeleton.RootElement.EnumerateObject().Select(property => property.Name)));
    }

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
