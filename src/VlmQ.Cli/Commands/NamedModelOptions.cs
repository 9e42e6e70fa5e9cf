using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Commands;

/// <summary>The options that name a model and its tokenizer.</summary>
/// <param name="use">What the model is for; the help says behind it what a model is named by.</param>
internal sealed class NamedModelOptions(string use)
{
    /// <summary>What a model is named by.</summary>
    public const string Names =
        "a folder with config.json, safetensors and tokenizer files, or one that training wrote; the name of a folder in $VLMQ_MODELS; or "
        + "owner/name[@revision] of a model in Hugging Face's cache";

    private readonly Option<string?> _model = new("--model") { Description = $"{use}: {Names}.", HelpName = "DIR|NAME" };

    private readonly Option<string?> _tokenizer = Tokenizer();

    /// <summary>The option that names a tokenizer.</summary>
    public static Option<string?> Tokenizer() =>
        Options.Maybe<string>(
            "--tokenizer",
            "A shipped tokenizer's name, or a folder with tokenizer.json, tokenizer.model, or vocab.json and merges.txt; the model's own "
                + "where it is left out, or 'tiny'."
        );

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_tokenizer);
    }

    /// <summary>The model that was named; null where none was.</summary>
    public Result<NamedModel?> Model(ParseResult parsed) =>
        parsed.GetValue(_model) is { } name ? NamedModel.Find(name).Map(model => (NamedModel?)model) : new Result<NamedModel?>.Ok(null);

    /// <summary>The tokenizer that was named, or that of the model.</summary>
    public Result<TextTokenizer> Tokenizer(ParseResult parsed, NamedModel? model)
    {
        string? named = parsed.GetValue(_tokenizer);
        return model?.LoadTokenizer(named) ?? Tokenizers.Load(named ?? Tokenizers.Default);
    }
}
