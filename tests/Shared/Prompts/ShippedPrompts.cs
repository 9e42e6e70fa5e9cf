using VlmQ.Core.Prompting;

namespace VlmQ.Tests.Shared;

/// <summary>The prompts of <c>pipelines/prompts</c>.</summary>
internal static class ShippedPrompts
{
    /// <summary>All of them.</summary>
    public static PromptCatalog Catalog { get; } =
        PromptCatalog
            .Parse(
                Directory
                    .EnumerateFiles(Path.Combine(Repository.Root, "pipelines", "prompts"), "*.prompt")
                    .Select(path => (path, File.ReadAllText(path)))
            )
            .OrThrow();

    /// <summary>The default, for any environment.</summary>
    public static PromptSource Brief { get; } = new(Catalog, PromptTemplate.Brief);
}
