using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

/// <summary>What single tokens write, held against the text of whole lists of them.</summary>
public sealed class TokenBytesTests
{
    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("byte-bpe-tiny", "tokenizer.json")]
    [InlineData("llama-bpe-tiny", "tokenizer.json")]
    [InlineData("split-bpe-tiny", "tokenizer.json")]
    [InlineData("superword-bpe-tiny", "tokenizer.json")]
    [InlineData("sentencepiece-bpe-tiny", "tokenizer.model")]
    public void The_bytes_of_tokens_joined_are_their_text(string folder, string file)
    {
        TextTokenizer tokenizer = TextTokenizer.Load(Fixtures.PathOf("models", "tokenizers", folder, file)).OrThrow();
        Assert.All(
            TokenizerVectors.Rows(folder, "vectors.json"),
            row =>
            {
                int[] ids = [.. tokenizer.EncodePlain(TokenizerVectors.Text(row, "text"))];
                byte[] bytes = [.. ids.SelectMany(id => tokenizer.BytesOf(id) ?? [])];
                if (tokenizer.LosesFirstSpace && bytes is [(byte)' ', ..])
                {
                    bytes = bytes[1..];
                }
                Assert.Equal(tokenizer.DecodePlain(ids), Encoding.UTF8.GetString(bytes));
            }
        );
    }

    [Fact]
    public void Special_tokens_and_ids_that_do_not_exist_write_nothing()
    {
        TextTokenizer tokenizer = TextTokenizer.Load(Path.Combine(Repository.Root, "data", "tokenizers", "tiny")).OrThrow();
        Assert.Null(tokenizer.BytesOf(tokenizer.EndToken));
        Assert.Null(tokenizer.BytesOf(tokenizer.ImageToken));
        Assert.Null(tokenizer.BytesOf(tokenizer.Count));
        Assert.Null(tokenizer.BytesOf(-1));
        Assert.True(tokenizer.BytesOf(Assert.Single(tokenizer.EncodePlain("{"))) is [(byte)'{']);
        Assert.False(tokenizer.LosesFirstSpace);
    }
}
