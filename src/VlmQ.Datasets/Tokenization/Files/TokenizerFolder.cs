using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.SentencePieces;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>Opens a tokenizer's folder by the files that it holds.</summary>
internal static class TokenizerFolder
{
    private const string PipelineFile = "tokenizer.json";
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string AddedFile = "added_tokens.json";
    private const string ModelConfiguration = "config.json";
    private const long LargestFile = 64 << 20;
    private const string PiecesFile = "tokenizer.model";
    private const string Remedy = $"name a folder with {PipelineFile}, {PiecesFile}, or {VocabularyFile} and {MergesFile}";

    private const string UsualEnd = "<eos>";

    /// <summary>Opens a folder, or one of its files where it holds the tokenizer in several forms.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="endToken">The token that ends a reply, in place of the one that the files name; null for that.</param>
    public static Result<TextTokenizer> Load(string path, string? endToken)
    {
        string named = Path.GetFileName(path);
        bool isFile = named is PipelineFile or PiecesFile && File.Exists(path);
        string folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
        string where = Path.Combine(folder, VocabularyFile);
        try
        {
            if (isFile ? named == PipelineFile : File.Exists(Path.Combine(folder, PipelineFile)))
            {
                where = Path.Combine(folder, PipelineFile);
                return LoadPipeline(folder, endToken);
            }
            if (isFile || File.Exists(Path.Combine(folder, PiecesFile)))
            {
                where = Path.Combine(folder, PiecesFile);
                return LoadPieces(folder, endToken);
            }
            return LoadVocabulary(folder, endToken, ref where);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.Configuration($"the tokenizer cannot be read: {exception.Reason()}", where, Remedy);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return Fault.Data($"the tokenizer is not whole: {exception.Reason()}", where, "restore its files");
        }
    }

    private static TextTokenizer LoadVocabulary(string folder, string? endToken, ref string where)
    {
        byte[] vocabulary = Read(where);
        string end = endToken ?? UsualEnd;
        ImmutableDictionary<string, int> special = PackageCodec.Find(
            vocabulary,
            ["<pad>", UsualEnd, end, SpecialNames.Image, "<bos>", Gpt2Files.End]
        );
        if (special.ContainsKey(Gpt2Files.End))
        {
            return LoadGpt2(folder, vocabulary, endToken, ref where);
        }
        foreach (string token in (ReadOnlySpan<string>)["<pad>", end, SpecialNames.Image])
        {
            if (!special.ContainsKey(token))
            {
                string what = $"the vocabulary lacks the special token {token}";
                throw new FaultException(Fault.Data(what, where, "add it to the vocabulary"));
            }
        }
        string vocabularyFile = where;
        where = Path.Combine(folder, MergesFile);
        string digest = DigestOf(endToken, null, (VocabularyFile, vocabulary), (MergesFile, Read(where)));
        PackageCodec codec = new(vocabularyFile, where, special);
        int? begin = special.TryGetValue("<bos>", out int id) ? id : null;
        return new TextTokenizer(
            folder,
            digest,
            codec,
            new SpecialTokens(special["<pad>"], begin, special[end], special[SpecialNames.Image])
        );
    }

    private static TextTokenizer LoadGpt2(string folder, byte[] vocabulary, string? endToken, ref string where)
    {
        JsonNode tokens = JsonNode.Parse(vocabulary, where);
        where = Path.Combine(folder, MergesFile);
        byte[] merges = Read(where);
        string addedFile = Path.Combine(folder, AddedFile);
        byte[]? added = File.Exists(addedFile) ? Read(addedFile) : null;
        JsonNode? addedTokens = added is null ? null : JsonNode.Parse(added, addedFile);
        Pipeline pipeline = Gpt2Files.Read(tokens, merges, where, addedTokens);
        return Complete(folder, tokens.File, endToken, pipeline, (VocabularyFile, vocabulary), (MergesFile, merges), (AddedFile, added));
    }

    private static TextTokenizer LoadPipeline(string folder, string? endToken)
    {
        string file = Path.Combine(folder, PipelineFile);
        byte[] json = Read(file);
        return Complete(folder, file, endToken, TokenizerJson.Read(json, file), (PipelineFile, json));
    }

    private static TextTokenizer Complete(
        string folder,
        string file,
        string? endToken,
        Pipeline pipeline,
        params ReadOnlySpan<(string Name, byte[]? Bytes)> files
    )
    {
        (SpecialNames names, byte[]? configuration) = ReadNames(folder, endToken);
        ModelOwnTokens? own = CheckModel(folder, pipeline.LargestId);
        ImmutableArray<AddedToken> added = own?.Complete(pipeline.Added, pipeline.Vocabulary) ?? pipeline.Added;
        Pipeline complete = pipeline with { Added = WithImage(added, pipeline.Vocabulary, pipeline.LargestId) };
        SpecialTokens special = Resolve(new PipelineCodec(complete), own?.Rename(names) ?? names, file);
        PipelineCodec codec = new(complete with { Added = WithSpecial(complete.Added, special) });
        return new TextTokenizer(folder, DigestOf(endToken, own, [.. files, (SpecialNames.File, configuration)]), codec, special);
    }

    private static TextTokenizer LoadPieces(string folder, string? endToken)
    {
        string file = Path.Combine(folder, PiecesFile);
        byte[] bytes = Read(file);
        SentencePieceModel model = SentencePieceFile.Read(bytes, file);
        (SpecialNames names, byte[]? configuration) = ReadNames(folder, endToken);
        Dictionary<string, int> pieces = new(StringComparer.Ordinal);
        foreach (Piece piece in model.Pieces)
        {
            pieces.Add(piece.Text, pieces.Count);
        }
        ImmutableArray<AddedToken> added = AddedTokenTable.Read(names.Configuration, model);
        int largest = added.Select(token => token.Id).Append(pieces.Count - 1).Max();
        ModelOwnTokens? own = CheckModel(folder, largest);
        ImmutableArray<AddedToken> complete = WithImage(own?.Complete(added, pieces) ?? added, pieces, largest);
        names = own?.Rename(names) ?? names;
        bool prefixes = names.Configuration?.Flag("add_prefix_space", model.AddsDummyPrefix) ?? model.AddsDummyPrefix;
        SpecialTokens special = Resolve(new SentencePieceCodec(model, complete, [], prefixes), names, file);
        SentencePieceCodec codec = new(model, WithSpecial(complete, special), names.Named, prefixes);
        return new TextTokenizer(folder, DigestOf(endToken, own, (PiecesFile, bytes), (SpecialNames.File, configuration)), codec, special);
    }

    private static (SpecialNames Names, byte[]? Configuration) ReadNames(string folder, string? endToken)
    {
        string file = Path.Combine(folder, SpecialNames.File);
        byte[]? configuration = File.Exists(file) ? Read(file) : null;
        SpecialNames names = SpecialNames.Read(configuration, file);
        return (endToken is null ? names : names with { Ends = [endToken] }, configuration);
    }

    /// <summary>
    /// Where no added token is the placeholder of a picture, the last of the tokens that the files keep in reserve becomes it, or the first
    /// id that is not used where there are none: a vocabulary that is full has no row to spare for another.
    /// </summary>
    private static ImmutableArray<AddedToken> WithImage(
        ImmutableArray<AddedToken> added,
        Dictionary<string, int> vocabulary,
        int largest
    ) =>
        added.Any(token => token.Content == SpecialNames.Image)
            ? added
            : added.Add(
                new AddedToken(SpecialNames.Image, vocabulary.GetValueOrDefault(SpecialNames.Image, Reserved(added) ?? (largest + 1)))
            );

    private static int? Reserved(ImmutableArray<AddedToken> added) =>
        added
            .Where(token => token.Special && token.Content.Contains("reserved", StringComparison.Ordinal))
            .Select(token => (int?)token.Id)
            .Max();

    /// <summary>Words that somebody else wrote must not end a reply, whatever the file says of the token that does.</summary>
    private static ImmutableArray<AddedToken> WithSpecial(ImmutableArray<AddedToken> added, SpecialTokens special) =>
        [
            .. added.Select(token =>
                token.Id == special.Pad || token.Id == special.Begin || token.Id == special.End || token.Id == special.Image
                    ? token with
                    {
                        Special = true,
                    }
                    : token
            ),
        ];

    private static SpecialTokens Resolve(TokenCodec codec, SpecialNames names, string file)
    {
        int end =
            First(codec, names.Ends)
            ?? throw new FaultException(
                Fault.Data(
                    $"no token ends a reply: {string.Join(", ", names.Ends)} {(names.Ends.Length == 1 ? "is" : "are")} not in the vocabulary",
                    file,
                    $"name it as eos_token in {SpecialNames.File}"
                )
            );
        return new SpecialTokens(
            First(codec, names.Pads) ?? end,
            First(codec, names.Beginnings),
            end,
            codec.IdOf(SpecialNames.Image)!.Value
        );
    }

    private static int? First(TokenCodec codec, ImmutableArray<string> names) =>
        names.Select(codec.IdOf).FirstOrDefault(id => id is not null);

    /// <summary>
    /// A model's configuration beside the tokenizer says how many ids the model has, and which tokens its own code adds; null for none.
    /// </summary>
    private static ModelOwnTokens? CheckModel(string folder, int largest)
    {
        string file = Path.Combine(folder, ModelConfiguration);
        if (!File.Exists(file))
        {
            return null;
        }
        JsonNode root = JsonNode.Parse(Read(file), file);
        root.Expect(JsonValueKind.Object, "an object");
        JsonNode? rows =
            root.Find("vocab_size")
            ?? root.Find("text_config")?.Find("vocab_size")
            ?? root.Find("config")?.Find("text")?.Find("vocab_size");
        if (rows is { } node && largest >= node.Number(1, int.MaxValue))
        {
            throw node.Refuse(
                $"the model has {node.Number(1, int.MaxValue)} ids, but the tokenizer beside it goes up to {largest}",
                "use the tokenizer that the model was trained with"
            );
        }
        return ModelOwnTokens.Of(root);
    }

    private static byte[] Read(string file)
    {
        long length = new FileInfo(file).Length;
        return length <= LargestFile
            ? File.ReadAllBytes(file)
            : throw new FaultException(Fault.Data($"the file has {length} bytes, above {LargestFile}", file, "name a tokenizer's files"));
    }

    /// <summary>The digest of the files that are there, and of tokens that are not theirs.</summary>
    private static string DigestOf(string? endToken, ModelOwnTokens? own, params ReadOnlySpan<(string Name, byte[]? Bytes)> files)
    {
        List<KeyValuePair<string, string>> digests = endToken is null ? [] : [new("end token", endToken)];
        if (own is not null)
        {
            digests.Add(new("the model's own tokens", own.Digested));
        }
        foreach ((string name, byte[]? bytes) in files)
        {
            if (bytes is not null)
            {
                digests.Add(new(name, Storage.Digest.Of(bytes)));
            }
        }
        return Storage.Digest.OfValues([.. digests]);
    }
}
