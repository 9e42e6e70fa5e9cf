using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say how observations become prompts.</summary>
internal sealed class PromptOptions
{
    private readonly Option<string> _prompt = new("--prompt", "--template")
    {
        Description =
            "A shipped prompt's name (brief, action-only, chain-of-thought, history, plain; words and conversation for data that bring their "
            + "own words), or a file of prompts, FILE or FILE:NAME.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => PromptTemplate.Brief,
    };

    private readonly Option<string?> _chat = Options.Maybe<string>(
        "--chat",
        "What the model's family expects around the prompt: none, moondream2, moondream2-2025-06-21 or xgen-mm; left out, what that of "
            + "--model does."
    );

    public void AddTo(Command command)
    {
        command.Add(_prompt);
        command.Add(_chat);
    }

    /// <summary>The prompts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What is taken for what is left out; null for the usual.</param>
    /// <param name="model">The model, whose family says what stands around a prompt where neither does; null for none.</param>
    public Result<PromptSource> Of(ParseResult parsed, ConvertConfiguration? otherwise = null, NamedModel? model = null) =>
        Prompts.Load(
            parsed.ValueOr(_prompt, otherwise?.Template),
            parsed.GetValue(_chat) ?? otherwise?.Chat ?? model?.Description.Chat ?? ChatFormat.NoneName
        );
}
