using VlmQ.Datasets.Tokenization;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>The shipped tokenizer.</summary>
internal static class Tokenizers
{
    public static string TinyFolder => Path.Combine(Repository.Root, "data", "tokenizers", "tiny");

    public static TextTokenizer Tiny { get; } = TextTokenizer.Load(TinyFolder).OrThrow();
}
