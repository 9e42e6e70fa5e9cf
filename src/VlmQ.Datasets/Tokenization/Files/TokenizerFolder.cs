using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Added;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>Opens a tokenizer's folder by the files that it holds.</summary>
internal static class TokenizerFolder
{
    private const string PipelineFile = "tokenizer.json";
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string ModelConfiguration = "config.json";
    private const long LargestFile = 64 << 20;
    private const string Remedy = $"name a folder with {PipelineFile}, or with {VocabularyFile} and {MergesFile}";

    private static readonly string[] Needed = ["<pad>", "<eos>", SpecialNames.Image];

    /// <summary>Opens a folder.</summary>
    public static Result<TextTokenizer> Load(string folder)
    {
        string where = Path.Combine(folder, VocabularyFile);
        try
        {
            if (File.Exists(Path.Combine(folder, PipelineFile)))
            {
                where = Path.Combine(folder, PipelineFile);
                return LoadPipeline(folder);
            }
            return LoadVocabulary(folder, ref where);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.Configuration($"the tokenizer cannot be read: {exception.Message}", where, Remedy);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            return Fault.Data($"the tokenizer is not whole: {exception.Message}", where, "restore its files");
        }
    }

    private static TextTokenizer LoadVocabulary(string folder, ref string where)
    {
        byte[] vocabulary = Read(where);
        ImmutableDictionary<string, int> special = PackageCodec.Find(vocabulary, [.. Needed, "<bos>"]);
        foreach (string token in Needed)
        {
            if (!special.ContainsKey(token))
            {
                string what = $"the vocabulary lacks the special token {token}";
                throw new FaultException(Fault.Data(what, where, "add it to the vocabulary"));
            }
        }
        string vocabularyFile = where;
        where = Path.Combine(folder, MergesFile);
        string digest = DigestOf((VocabularyFile, vocabulary), (MergesFile, Read(where)));
        PackageCodec codec = new(vocabularyFile, where, special);
        int? begin = special.TryGetValue("<bos>", out int id) ? id : null;
        return new TextTokenizer(
            folder,
            digest,
            codec,
            new SpecialTokens(special["<pad>"], begin, special["<eos>"], special[SpecialNames.Image])
        );
    }

    private static TextTokenizer LoadPipeline(string folder)
    {
        string file = Path.Combine(folder, PipelineFile);
        byte[] json = Read(file);
        Pipeline pipeline = TokenizerJson.Read(json, file);
        string namesFile = Path.Combine(folder, SpecialNames.File);
        byte[]? configuration = File.Exists(namesFile) ? Read(namesFile) : null;
        SpecialNames names = SpecialNames.Read(configuration, namesFile);
        CheckRows(folder, pipeline.LargestId);
        Pipeline complete = WithImage(pipeline);
        SpecialTokens special = Resolve(new PipelineCodec(complete), names, file);
        PipelineCodec codec = new(WithSpecial(complete, special));
        string digest = configuration is null
            ? DigestOf((PipelineFile, json))
            : DigestOf((PipelineFile, json), (SpecialNames.File, configuration));
        return new TextTokenizer(folder, digest, codec, special);
    }

    /// <summary>Where no added token is the placeholder of a picture, the first id that is not used becomes it.</summary>
    private static Pipeline WithImage(Pipeline pipeline)
    {
        if (pipeline.Added.Any(token => token.Content == SpecialNames.Image))
        {
            return pipeline;
        }
        int id = pipeline.Vocabulary.GetValueOrDefault(SpecialNames.Image, pipeline.LargestId + 1);
        return pipeline with { Added = pipeline.Added.Add(new AddedToken(SpecialNames.Image, id)) };
    }

    /// <summary>Words that somebody else wrote must not end a reply, whatever the file says of the token that does.</summary>
    private static Pipeline WithSpecial(Pipeline pipeline, SpecialTokens special) =>
        pipeline with
        {
            Added =
            [
                .. pipeline.Added.Select(token =>
                    token.Id == special.Pad || token.Id == special.Begin || token.Id == special.End || token.Id == special.Image
                        ? token with
                        {
                            Special = true,
                        }
                        : token
                ),
            ],
        };

    private static SpecialTokens Resolve(TokenCodec codec, SpecialNames names, string file)
    {
        int end =
            First(codec, names.Ends)
            ?? throw new FaultException(
                Fault.Data(
                    $"no token ends a reply: {string.Join(", ", names.Ends)} are not in the vocabulary",
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

    /// <summary>A model's configuration beside the tokenizer says how many ids the model has.</summary>
    private static void CheckRows(string folder, int largest)
    {
        string file = Path.Combine(folder, ModelConfiguration);
        if (!File.Exists(file))
        {
            return;
        }
        JsonNode root = JsonNode.Parse(Read(file), file);
        root.Expect(JsonValueKind.Object, "an object");
        JsonNode? rows = root.Find("vocab_size") ?? root.Find("text_config")?.Find("vocab_size");
        if (rows is { } node && largest >= node.Number(1, int.MaxValue))
        {
            throw node.Refuse(
                $"the model has {node.Number(1, int.MaxValue)} ids, but the tokenizer beside it goes up to {largest}",
                "use the tokenizer that the model was trained with"
            );
        }
    }

    private static byte[] Read(string file)
    {
        long length = new FileInfo(file).Length;
        return length <= LargestFile
            ? File.ReadAllBytes(file)
            : throw new FaultException(Fault.Data($"the file has {length} bytes, above {LargestFile}", file, "name a tokenizer's files"));
    }

    private static string DigestOf(params ReadOnlySpan<(string Name, byte[] Bytes)> files)
    {
        List<KeyValuePair<string, string>> digests = [];
        foreach ((string name, byte[] bytes) in files)
        {
            digests.Add(new(name, Storage.Digest.Of(bytes)));
        }
        return Storage.Digest.OfValues([.. digests]);
    }
}
