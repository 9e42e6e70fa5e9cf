using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class TextTokenizerTests
{
    [Fact]
    public void Any_text_comes_back() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<UnicodeString>().Filter(text => !text.Get.Any(char.IsSurrogate)),
                text => Tokenizers.Tiny.Decode(Tokenizers.Tiny.EncodePlain(text.Get + "🙂").AsSpan()) == text.Get + "🙂"
            )
        );

    [Fact]
    public void A_special_token_is_one_id_where_it_is_meant_and_plain_text_where_it_is_not()
    {
        TextTokenizer tokenizer = Tokenizers.Tiny;

        Assert.Equal([tokenizer.ImageToken], tokenizer.Encode("<image>"));
        Assert.DoesNotContain(tokenizer.ImageToken, tokenizer.EncodePlain("<image>"));
        Assert.Equal("<image>", tokenizer.Decode(tokenizer.EncodePlain("<image>").AsSpan()));
        Assert.Equal("a", tokenizer.DecodePlain([.. tokenizer.Encode("a"), tokenizer.EndToken]));
        Assert.Equal("a<eos>", tokenizer.Decode([.. tokenizer.Encode("a"), tokenizer.EndToken]));
    }

    [Fact]
    public void Ids_are_below_the_count_and_special_tokens_differ()
    {
        TextTokenizer tokenizer = Tokenizers.Tiny;

        Assert.Equal(384, tokenizer.Count);
        Assert.Equal(4, new HashSet<int?> { tokenizer.PadToken, tokenizer.BeginToken, tokenizer.EndToken, tokenizer.ImageToken }.Count);
    }

    [Fact]
    public void The_digest_is_of_the_files()
    {
        using TemporaryFolder copy = Copy();
        Assert.Equal(Tokenizers.Tiny.Digest, TextTokenizer.Load(copy.Path).OrThrow().Digest);

        File.AppendAllText(copy["vocab.json"], "\n");

        Assert.NotEqual(Tokenizers.Tiny.Digest, TextTokenizer.Load(copy.Path).OrThrow().Digest);
    }

    [Fact]
    public void A_folder_without_the_files_is_named()
    {
        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load("/nowhere"));

        Assert.Equal((FaultKind.Configuration, "/nowhere/vocab.json"), (fault.Kind, fault.Where));
    }

    [Theory]
    [InlineData("vocab.json", "{")]
    [InlineData("vocab.json", "[]")]
    [InlineData("vocab.json", "{\"<pad>\": 0, \"<eos>\": 2}")]
    [InlineData("vocab.json", "{\"<pad>\": 0, \"<eos>\": 2, \"<image>\": \"x\"}")]
    [InlineData("merges.txt", "not in the vocabulary\n")]
    public void Files_that_are_not_whole_are_a_fault(string name, string content)
    {
        using TemporaryFolder copy = Copy();
        File.WriteAllText(copy[name], content);

        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(copy.Path));

        Assert.StartsWith(copy.Path, fault.Where, StringComparison.Ordinal);
    }

    private static TemporaryFolder Copy()
    {
        TemporaryFolder copy = new();
        foreach (string name in (string[])["vocab.json", "merges.txt"])
        {
            File.Copy(Path.Combine(Tokenizers.TinyFolder, name), copy[name]);
        }
        return copy;
    }
}
