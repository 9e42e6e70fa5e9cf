using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>A choice of prompts, for whatever environments turn up in the data.</summary>
/// <param name="Catalog">What there is to choose from.</param>
/// <param name="Name">The prompts' name; each environment has its own of that name.</param>
/// <param name="Chat">The chat format's name.</param>
public sealed record PromptSource(PromptCatalog Catalog, string Name, string Chat = ChatFormat.NoneName)
{
    /// <summary>The template of an environment, or a fault that lists those it has.</summary>
    public Result<PromptTemplate> For(string environment) => Catalog.Find(environment, Name, Chat);
}
