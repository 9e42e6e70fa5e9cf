using System.Collections.Immutable;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>A column that a filter may name: a fact of an episode.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Kind">The only kind of dataset that has it; null for both.</param>
/// <param name="Of">Its value.</param>
internal sealed record FilterColumn(string Name, FilterType Type, DatasetKind? Kind, Func<EpisodeFacts, FilterValue> Of)
{
    private static readonly ImmutableArray<FilterColumn> All =
    [
        new("env", FilterType.Text, DatasetKind.Episodes, facts => FilterValue.Of(facts.Environment)),
        new("episode_id", FilterType.Text, null, facts => FilterValue.Of(facts.Id)),
        new("goal", FilterType.Text, DatasetKind.Episodes, facts => FilterValue.Of(facts.Goal)),
        new("length", FilterType.Number, null, facts => FilterValue.Of(facts.Length)),
        new("policy", FilterType.Text, DatasetKind.Episodes, facts => FilterValue.Of(facts.Policy)),
        new("prompt_tokens", FilterType.Number, DatasetKind.Transitions, facts => FilterValue.Of(facts.PromptTokens)),
        new("reply_tokens", FilterType.Number, DatasetKind.Transitions, facts => FilterValue.Of(facts.ReplyTokens)),
        new("return", FilterType.Number, null, facts => FilterValue.Of(facts.Return)),
        new("seed", FilterType.Number, DatasetKind.Episodes, facts => FilterValue.Of(facts.Seed)),
        new("success", FilterType.Truth, DatasetKind.Episodes, facts => FilterValue.Of(facts.Success)),
        new("syntax", FilterType.Number, null, facts => FilterValue.Of((double)facts.Valid / facts.Length)),
        new("terminated", FilterType.Truth, null, facts => FilterValue.Of(facts.Terminated)),
        new("truncated", FilterType.Truth, null, facts => FilterValue.Of(!facts.Terminated)),
    ];

    /// <summary>The columns of a kind, by name.</summary>
    public static ImmutableArray<FilterColumn> Columns(DatasetKind kind) =>
        [.. All.Where(column => column.Kind is null || column.Kind == kind)];
}
