using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Tokenizers;

/// <summary>Byte-level BPE on English text, against the real Microsoft.ML.Tokenizers or a plain implementation.</summary>
internal sealed class TokenizersBenchmark : IBenchmark
{
    private const string Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Encode = "encode";
    private const string Decode = "decode";

    public string Name => "tokenizers";

    public string Help =>
        """
            encodes and decodes the repository's own English (its Markdown files) with a byte-level vocabulary, in millions of tokens per CPU
            second on one thread. The peer is a plain implementation in this process; or, where the package can be had, the real
            Microsoft.ML.Tokenizers: build this project with -p:CardPackages=nuget to another folder (-o DIR) and name its program.
              --peer PROGRAM      a VlmQ.Benchmarks built over the real package (default: the plain implementation)
              --vocabulary FILE   {"token": id} (default: that of data/tokenizers/tiny)
              --merges FILE       its merges
              --rounds N          slices of each contender (default 5)
              --seconds S         length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string root = RepositoryRoot();
        string tiny = Path.Combine(root, "data", "tokenizers", "tiny");
        string vocabulary = Path.GetFullPath(arguments.Text("vocabulary", Path.Combine(tiny, "vocab.json")));
        string merges = Path.GetFullPath(arguments.Text("merges", Path.Combine(tiny, "merges.txt")));
        string program = arguments.Text("peer", "");
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        double seconds = arguments.Number("seconds", 0.5, 0.01, 60);
        bool serve = arguments.Flag("serve");
        arguments.RejectUnknown();
        string text = English(root);
        Regex words = new(Words, RegexOptions.Compiled | RegexOptions.CultureInvariant);
        BpeTokenizer tokenizer = BpeTokenizer.Create(
            new BpeOptions(vocabulary, merges) { ByteLevel = true, PreTokenizer = new RegexPreTokenizer(words, null) }
        );
        Func<string, double> ours = Slices(text, seconds, text => tokenizer.EncodeToIds(text), tokenizer.Decode);
        if (serve)
        {
            PeerProcess.Serve($"{typeof(Tokenizer).Assembly.GetName().Name} {typeof(Tokenizer).Assembly.GetName().Version}", ours);
            return [];
        }
        if (program.Length > 0)
        {
            using PeerProcess peer = new(
                program,
                Name,
                "--serve",
                "--vocabulary",
                vocabulary,
                "--merges",
                merges,
                "--seconds",
                seconds.ToString(CultureInfo.InvariantCulture)
            );
            return Compare(ours, peer.Measure, peer.Name, rounds, log);
        }
        PlainBpe plain = new(
            words,
            JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(vocabulary))!,
            File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
        );
        CheckAgreement(tokenizer, plain, text);
        return Compare(ours, Slices(text, seconds, plain.Encode, plain.Decode), "plain BPE in this process", rounds, log);
    }

    private static BenchmarkResult[] Compare(
        Func<string, double> ours,
        Func<string, double> theirs,
        string peer,
        int rounds,
        TextWriter log
    ) =>
        [
            .. new[] { Encode, Decode }.Select(slice =>
            {
                log.WriteLine($"tokenizers {slice} …");
                // The first slice of each warms it up.
                ours(slice);
                theirs(slice);
                double[] rates = Alternation.Medians(rounds, () => ours(slice), () => theirs(slice));
                return BenchmarkResult.Rate($"tokenizers {slice}", rates[0], "Mtokens/CPU-s", peer, rates[1]);
            }),
        ];

    private static Func<string, double> Slices(
        string text,
        double seconds,
        Func<string, IReadOnlyList<int>> encode,
        Func<IEnumerable<int>, string> decode
    )
    {
        int[] ids = [.. encode(text)];
        return slice => Alternation.PerCpuSecond(ids.Length / 1e6, seconds, slice == Encode ? () => encode(text) : () => decode(ids));
    }

    private static void CheckAgreement(BpeTokenizer tokenizer, PlainBpe plain, string text)
    {
        if (!tokenizer.EncodeToIds(text).SequenceEqual(plain.Encode(text)))
        {
            throw new InvalidOperationException("The two implementations give different ids for the same text.");
        }
    }

    private static string English(string root) =>
        string.Concat(
            Directory
                .EnumerateFiles(root, "*.md", new EnumerationOptions { RecurseSubdirectories = true })
                .Where(file =>
                    !file.Contains("node_modules", StringComparison.Ordinal) && !file.Contains("/runs/", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllText)
        );

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VlmQ.sln")))
            {
                return folder.FullName;
            }
        }
        throw new FaultException(Fault.External($"there is no VlmQ.sln above {AppContext.BaseDirectory}"));
    }
}
