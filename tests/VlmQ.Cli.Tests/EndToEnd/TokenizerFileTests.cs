using System.Text.Json;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class TokenizerFileTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Episodes_are_converted_with_the_tokenizer_file_of_a_folder()
    {
        WriteTokenizer();

        (await ConvertAsync()).Done();

        (await Vlmq.RunAsync("dataset", "verify", _folder["transitions"])).Done();
    }

    [Fact]
    public async Task A_tokenizer_file_that_does_not_match_its_vocabulary_or_its_model_is_refused()
    {
        WriteTokenizer(endId: 7);
        (await ConvertAsync()).Refused(ExitCode.Data, "tokenizer.json: added_tokens[2]", "'<eos>' has id 7, in the vocabulary 2");

        WriteTokenizer();
        File.WriteAllText(_folder["tokenizer", "config.json"], "{\"vocab_size\": 100}");
        (await ConvertAsync()).Refused(ExitCode.Data, "config.json: vocab_size", "the model has 100 ids", "goes up to 383");
        Assert.False(Directory.Exists(_folder["transitions"]));
    }

    private Task<Outcome> ConvertAsync() =>
        Vlmq.RunAsync([.. SmallData.Convert(data.Episodes, _folder["transitions"]), "--tokenizer", _folder["tokenizer"]]);

    /// <summary>The shipped tokenizer as one file.</summary>
    private void WriteTokenizer(int endId = 2)
    {
        string tiny = Path.Combine(Repository.Root, "data", "tokenizers", "tiny");
        Dictionary<string, int> vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(
            File.ReadAllText(Path.Combine(tiny, "vocab.json"))
        )!;
        (string Content, int Id)[] special = [("<pad>", 0), ("<bos>", 1), ("<eos>", endId), ("<image>", 3)];
        Directory.CreateDirectory(_folder["tokenizer"]);
        File.WriteAllText(
            _folder["tokenizer", "tokenizer.json"],
            JsonSerializer.Serialize(
                new
                {
                    added_tokens = special.Select(token => new
                    {
                        id = token.Id,
                        content = token.Content,
                        normalized = false,
                        special = true,
                    }),
                    pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false },
                    decoder = new { type = "ByteLevel" },
                    model = new
                    {
                        type = "BPE",
                        vocab = vocabulary,
                        merges = File.ReadLines(Path.Combine(tiny, "merges.txt")).Skip(1),
                    },
                }
            )
        );
    }
}
