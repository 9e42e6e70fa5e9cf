using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Families;

namespace VlmQ.Cli.Models;

/// <summary>A model as <c>--model</c> names it: where its files are, and what its configuration says.</summary>
/// <param name="Folder">The folder that was named: a model's, or one with adapters or critics for a model that lies elsewhere.</param>
/// <param name="Base">The folder with <c>config.json</c>, weights and tokenizer.</param>
/// <param name="Description">What its configuration says.</param>
internal sealed record NamedModel(string Folder, string Base, ModelDescription Description)
{
    private string? _digest;

    /// <summary>The digest of what decides its answers; all of its files are read for it, once.</summary>
    public string Digest => _digest ??= ModelDigest.Of(this);

    /// <summary>Finds a model by its folder or name.</summary>
    /// <param name="name">
    /// A folder; or the name of one in the folder that <c>VLMQ_MODELS</c> names; or <c>owner/name</c>, perhaps with <c>@revision</c>, of a
    /// model that Hugging Face's tools have downloaded. Nothing is downloaded here.
    /// </param>
    public static Result<NamedModel> Find(string name)
    {
        if (ModelPlaces.Of(name) is not { } folder)
        {
            return Fault.Configuration(
                $"there is no model '{name}'",
                "",
                "name its folder, a folder in $VLMQ_MODELS, or owner/name@revision of one in Hugging Face's cache"
            );
        }
        return Open(ModelPlaces.CheckpointIn(folder));
    }

    /// <summary>Most tokens of a prompt that leaves room for a picture and a reply of one token.</summary>
    public int PromptLength => Math.Max(1, ReplyRoom(0) - 1);

    /// <summary>Most tokens of a reply to a prompt of so many that has a picture; negative where the prompt is too long.</summary>
    public int ReplyRoom(int promptTokens) =>
        Description.ContextLength - Description.LeadingPositions - Description.ImagePositions - promptTokens;

    /// <summary>The tokenizer that lies with the model, or another.</summary>
    /// <param name="named">A shipped tokenizer's name, or its folder or file; null for the model's own.</param>
    /// <returns>Or the fault of a tokenizer that does not fit the model.</returns>
    public Result<TextTokenizer> LoadTokenizer(string? named = null) =>
        OpenTokenizer(named)
            .Bind<TextTokenizer>(tokenizer => TokenizerCheck.Fault(tokenizer, Description) is { } fault ? fault : tokenizer);

    /// <summary>The same, but whether it fits the model is not looked at.</summary>
    public Result<TextTokenizer> OpenTokenizer(string? named = null)
    {
        string preferred = Path.Combine(Base, Description.TokenizerFile);
        return named is not null ? Pipelines.Tokenizers.Load(named, Description.EndToken)
            : Description is TinyVlmDescription && !HasTokenizer(Base) ? Pipelines.Tokenizers.Load(Pipelines.Tokenizers.Default)
            : TextTokenizer.Load(Description.TokenizerFile.Length > 0 && File.Exists(preferred) ? preferred : Base, Description.EndToken);
    }

    /// <summary>The fault of weights that are not those of the model; null where none is seen. Their headers are read, and no weight.</summary>
    public Fault? CheckWeights()
    {
        switch (OfficialCheckpoint.Open(Base))
        {
            case Result<OfficialCheckpoint>.Failed failed:
                return failed.Fault;
            case Result<OfficialCheckpoint>.Ok ok:
                ok.Value.Dispose();
                break;
        }
        return null;
    }

    private static bool HasTokenizer(string folder) =>
        File.Exists(Path.Combine(folder, "tokenizer.json"))
        || File.Exists(Path.Combine(folder, "tokenizer.model"))
        || File.Exists(Path.Combine(folder, "vocab.json"));

    private static Result<NamedModel> Open(string folder) =>
        ModelFolder
            .BaseOf(folder, ModelPlaces.Of)
            .Bind(place => ModelFamilies.Read(place).Map(description => new NamedModel(folder, place, description)));
}
