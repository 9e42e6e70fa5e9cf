using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Prompting;

public class PromptFileTests
{
    [Fact]
    public void Parts_go_into_prompts_and_into_parts_below_them()
    {
        PromptFile file = PromptFile
            .Parse(
                """
                # A comment.
                environment: gym_cards/*

                [part rules]

                Be quick.

                [part all]
                {rules} {{rules}}
                {goal}

                [turn]
                {turn}: {action}

                [prompt one history=3]
                {all}
                {history}
                # not a comment
                [1, 2]
                """,
                "own.prompt"
            )
            .OrThrow();
        PromptFile.FilePrompt prompt = Assert.Single(file.Prompts);
        Assert.Equal("Be quick. {{rules}}\n{goal}\n{history}\n# not a comment\n[1, 2]", prompt.Pattern);
        Assert.Equal(new TurnHistory(3, "{turn}: {action}"), prompt.History);
        Assert.True(file.IsFor("gym_cards/NumberLine-v0"));
        Assert.False(file.IsFor("BabyAI-GoToLocal-v0"));
    }

    [Fact]
    public void Line_ends_of_other_systems_make_the_same_prompts()
    {
        const string Text = "environment: a\n[prompt one]\nfirst\nsecond\n";
        Assert.Equal(
            PromptFile.Parse(Text, "f").OrThrow().Prompts,
            PromptFile.Parse(Text.Replace("\n", "\r\n", StringComparison.Ordinal), "f").OrThrow().Prompts
        );
    }

    [Theory]
    [InlineData(
        "environment: a\n[prompt one]\nGo.\nTo {gaol}.",
        "own:4: the prompt 'one' has an unknown placeholder {gaol}; did you mean {goal}?"
    )]
    [InlineData("environment: a\n[part p]\n{Text}", "own:3: the part 'p' has an unknown placeholder {Text}; did you mean {text}?")]
    [InlineData("environment: a\n[turn]\n{replay}", "own:3: the turn has an unknown placeholder {replay}; did you mean {reply}?")]
    [InlineData(
        "environment: a\n[prompt one]\n{completely-else}",
        "own:3: the prompt 'one' has an unknown placeholder {completely-else}; known are {goal}, {text}, {history}, {action-list}; "
            + "write {{completely-else}} for the word in braces"
    )]
    [InlineData("environment: a\n[prompt one]\n{later}\n[part later]\nx", "own:3: the prompt 'one' has an unknown placeholder {later}")]
    [InlineData("environment: a\n[promt one]\nx", "own:2: there is no heading [promt …]; did you mean [prompt …]?")]
    [InlineData("environment: a\n[prompt]\nx", "own:2: the heading [prompt] needs a name")]
    [InlineData("environment: a\n[turn one]\nx", "own:2: the heading [turn] has no name")]
    [InlineData("environment: a\n[prompt one]\n\n", "own:2: there is nothing under the heading [prompt one]")]
    [InlineData("environment: a\n[prompt one]\nx\n[prompt one]\ny", "own:4: there are two prompts 'one'")]
    [InlineData("environment: a\n[part goal]\nx", "own:2: the name of the part 'goal' is taken")]
    [InlineData("environment: a\n[prompt one history=0]\n{history}", "own:2: a history has 1 to 100 turns")]
    [InlineData("environment: a\n[part one history=2]\nx", "own:2: only a prompt has a history")]
    [InlineData("environment: a\n[prompt one]\n{history}", "own:2: the prompt 'one' has a place for earlier turns but no number of them")]
    [InlineData("environment: a\n[prompt one history=2]\nx", "own:2: the prompt 'one' has no {history} among its words")]
    [InlineData("environment: a\n[prompt one]\n<image> x", "own:2: the prompt 'one' names the image")]
    [InlineData("[chat c]\n{prompt}{image}", "own:1: the chat format 'c' must have {image} and after it {prompt}, once each")]
    [InlineData("[chat c]\n{image}{prompt}{image}", "own:1: the chat format 'c' must have")]
    [InlineData("[prompt one]\nx", "own:1: the file does not say which environment its prompts are for")]
    [InlineData("environment: a\nenvironment: b", "own:2: the file names two environments")]
    [InlineData("environment: a\nbrief: x", "own:2: 'brief: x' is no line `environment: ID`")]
    [InlineData("environment: a", "own:1: the file has no prompt")]
    [InlineData("", "own:1: the file has no prompt")]
    public void What_is_wrong_is_said_with_its_line(string text, string fault) =>
        Assert.StartsWith(fault, FaultOf(text).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Parts_of_parts_cannot_grow_without_bound()
    {
        StringBuilder text = new("environment: a\n[part p0]\nlaughing\n");
        for (int i = 1; i < 64; i++)
        {
            text.Append($"[part p{i}]\n{{p{i - 1}}}{{p{i - 1}}}\n");
        }
        Assert.Contains("is longer than 100000 characters", FaultOf(text.ToString()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_files_are_read_or_refused_with_a_fault()
    {
        string[] names = ["numberline", "any", "chats"];
        byte[][] originals =
        [
            .. names.Select(name => File.ReadAllBytes(Path.Combine(Repository.Root, "pipelines", "prompts", name + ".prompt"))),
        ];
        Assert.Equal(0, await Fuzz.RunAsync(originals, Read, _ => false, length => 4_000_000 + (2_000L * length)));

        static void Read(byte[] bytes)
        {
            if (PromptFile.Parse(Encoding.UTF8.GetString(bytes), "damaged") is Result<PromptFile>.Ok ok)
            {
                foreach (PromptFile.FilePrompt prompt in ok.Value.Prompts)
                {
                    // Whatever parses makes a template, but for the actions, which an environment fills in.
                    string pattern = prompt.Pattern.Replace("{action-list}", "+", StringComparison.Ordinal);
                    Assert.NotNull(new PromptTemplate("any", prompt.Name, pattern, prompt.History).Digest);
                }
            }
        }
    }

    private static Fault FaultOf(string text) => Assert.IsType<Result<PromptFile>.Failed>(PromptFile.Parse(text, "own")).Fault;
}
