using System.Collections.Immutable;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models.Families;

namespace VlmQ.Cli.Models;

/// <summary>What <c>vlmq model inspect</c> prints.</summary>
internal sealed record ModelReport
{
    private readonly ImmutableArray<MemoryItem> _load;
    private readonly ImmutableArray<MemoryItem> _infer;
    private readonly ImmutableArray<MemoryItem> _train;
    private readonly ImmutableArray<(string Part, string Dtype, int Tensors, long Parameters, long Bytes)> _parts;

    private ModelReport(NamedModel model, OfficialCheckpoint checkpoint, MemoryUse use)
    {
        ModelDescription description = checkpoint.Description;
        (Model, Description, Use) = (model, description, use);
        _load = MemoryEstimate.ToLoad(description, use);
        _infer = MemoryEstimate.ToInfer(description, use);
        _train = MemoryEstimate.ToTrain(description, use);
        _parts =
        [
            .. checkpoint
                .Tensors.GroupBy(tensor => tensor.Spec.Part)
                .Select(part =>
                    (
                        part.Key,
                        string.Join(" ", part.Select(tensor => tensor.Entry.Dtype.ToString()).Distinct().Order(StringComparer.Ordinal)),
                        part.Count(),
                        part.Sum(tensor => tensor.Spec.Elements),
                        part.Sum(tensor => tensor.Entry.Bytes)
                    )
                ),
        ];
    }

    private NamedModel Model { get; }

    private ModelDescription Description { get; }

    private MemoryUse Use { get; }

    private long? MeasuredPeak { get; init; }

    private string TokenizerFolder { get; init; } = "";

    private ImmutableArray<TokenizerCheck> Checks { get; init; } = [];

    /// <summary>What is wrong with the tokenizer; null where nothing is.</summary>
    public Fault? TokenizerFault { get; private init; }

    /// <summary>Puts the report together.</summary>
    public static ModelReport Of(
        NamedModel model,
        OfficialCheckpoint checkpoint,
        MemoryUse use,
        Result<TextTokenizer> tokenizer,
        long? measuredPeak
    )
    {
        ModelDescription description = checkpoint.Description;
        TextTokenizer? loaded = tokenizer is Result<TextTokenizer>.Ok ok ? ok.Value : null;
        return new ModelReport(model, checkpoint, use)
        {
            MeasuredPeak = measuredPeak,
            TokenizerFolder = loaded?.Folder ?? "",
            Checks = loaded is null ? [] : TokenizerCheck.All(loaded, description),
            TokenizerFault = loaded is null ? ((Result<TextTokenizer>.Failed)tokenizer).Fault : TokenizerCheck.Fault(loaded, description),
        };
    }

    /// <summary>The report as data.</summary>
    public object Document() =>
        new
        {
            Model.Folder,
            Base = Model.Base,
            Description.Family,
            Description.Vocabulary,
            Description.ContextLength,
            Description.ImagePositions,
            Description.Chat,
            Parts = _parts.Select(part => new
            {
                part.Part,
                part.Dtype,
                part.Tensors,
                part.Parameters,
                part.Bytes,
            }),
            Parameters = _parts.Sum(part => part.Parameters),
            Memory = new
            {
                Use.Batch,
                Use.Sequence,
                Adapters = Use.AdapterParameters,
                Load = Sum(_load),
                Infer = Sum(_infer),
                Train = Sum(_train),
                TrainItems = _train,
                MeasuredTrain = MeasuredPeak,
            },
            Tokenizer = new
            {
                Folder = TokenizerFolder,
                Checks = Checks.Select(check => new
                {
                    check.What,
                    check.Passed,
                    check.Wrong,
                }),
            },
        };

    /// <summary>The report for people.</summary>
    public string Text()
    {
        string how = Use.AdapterParameters is { } adapters
            ? NumberText.Of($"train adapters of {adapters:n0} parameters")
            : "train all weights";
        return NumberText.Of(
                $"{Description.Family} in {Model.Base}: {Description.Vocabulary} ids, context {Description.ContextLength}, a picture takes up to {Description.ImagePositions} positions\n"
            )
            + TextTable.Render(
                ["part", "type", "tensors", "parameters", "on disk"],
                [
                    .. _parts
                        .Append(
                            (
                                "all",
                                "",
                                _parts.Sum(part => part.Tensors),
                                _parts.Sum(part => part.Parameters),
                                _parts.Sum(part => part.Bytes)
                            )
                        )
                        .Select(part =>
                            (IReadOnlyList<string>)
                                [
                                    part.Item1,
                                    part.Item2,
                                    NumberText.Of($"{part.Item3}"),
                                    NumberText.Of($"{part.Item4:n0}"),
                                    NumberText.Bytes(part.Item5),
                                ]
                        ),
                ]
            )
            + NumberText.Of($"\nmemory for {Use.Batch} sequences of {Use.Sequence} positions:\n")
            + TextTable.Render(
                ["to", "memory", "of it"],
                [
                    ["load", NumberText.Bytes(Sum(_load)), ""],
                    ["infer", NumberText.Bytes(Sum(_infer)), Shares(_infer)],
                    [how, NumberText.Bytes(Sum(_train)), Shares(_train)],
                    .. MeasuredPeak is { } peak
                        ? (IReadOnlyList<string>[])
                            [
                                ["  measured", NumberText.Bytes(peak), ""],
                            ]
                        : [],
                ]
            )
            + (
                Checks.IsEmpty
                    ? ""
                    : "\ntokenizer:\n"
                        + string.Join(
                            '\n',
                            Checks.Select(check => $"  {(check.Passed ? "passed" : "FAILED")}: {check.Wrong ?? check.What}")
                        )
            );
    }

    private static long Sum(ImmutableArray<MemoryItem> items) => items.Sum(item => item.Bytes);

    private static string Shares(ImmutableArray<MemoryItem> items) =>
        string.Join(", ", items.Where(item => item.Bytes > 0).Select(item => $"{item.What} {NumberText.Bytes(item.Bytes)}"));
}
