using VlmQ.Benchmarks.Harness;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>What the benchmark and its parts are told.</summary>
/// <param name="Threads">Threads that compute and that read memory.</param>
/// <param name="Tokens">Tokens of a slice.</param>
/// <param name="Rounds">Slices of each side.</param>
/// <param name="ShortPrompt">Tokens of the short prompt.</param>
/// <param name="LongPrompt">Tokens of the long prompt.</param>
/// <param name="Layers">Layers of the text model.</param>
/// <param name="TypeName">bf16 or fp16.</param>
/// <param name="Folder">Where the file of weights lies, or is to lie.</param>
internal sealed record FullSizeSettings(
    int Threads,
    int Tokens,
    int Rounds,
    int ShortPrompt,
    int LongPrompt,
    int Layers,
    string TypeName,
    string Folder
)
{
    /// <summary>Reads them.</summary>
    public static FullSizeSettings Of(BenchmarkArguments arguments) =>
        new(
            arguments.Count("threads", Environment.ProcessorCount, 1, 1024),
            arguments.Count("tokens", 8, 1, 50),
            arguments.Count("rounds", 7, 1, 10),
            arguments.Count("prompt", 16, 2, 1000),
            arguments.Count("long", 700, 2, 1500),
            arguments.Count("layers", 24, 1, 24),
            arguments.Words("type", "bf16", ["bf16", "fp16"])[0],
            arguments.Text("folder", Path.GetTempPath())
        );

    /// <summary>The type of the weights.</summary>
    public ScalarType Type => TypeName == "bf16" ? ScalarType.BFloat16 : ScalarType.Float16;

    /// <summary>The arguments that <see cref="Of"/> reads the same settings from.</summary>
    public IReadOnlyList<string> Arguments =>
        [
            .. Pair("threads", $"{Threads}"),
            .. Pair("tokens", $"{Tokens}"),
            .. Pair("rounds", $"{Rounds}"),
            .. Pair("prompt", $"{ShortPrompt}"),
            .. Pair("long", $"{LongPrompt}"),
            .. Pair("layers", $"{Layers}"),
            .. Pair("type", TypeName),
            .. Pair("folder", Folder),
        ];

    private static string[] Pair(string name, string value) => ["--" + name, value];
}
