using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>
/// A condition on an episode as a whole, for example <c>success and return &gt; 0</c>, <c>length &lt;= 5</c> or <c>env == "…"</c>.
/// </summary>
public sealed class EpisodeFilter
{
    private readonly FilterNode _root;

    private EpisodeFilter(string text, FilterNode root)
    {
        Text = text;
        _root = root;
    }

    /// <summary>The filter as written.</summary>
    public string Text { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="kind">The kind of dataset whose columns it may name.</param>
    /// <returns>The filter, or a fault that names the position of what is wrong, from 1.</returns>
    public static Result<EpisodeFilter> Parse(string text, DatasetKind kind)
    {
        try
        {
            return new EpisodeFilter(text, new FilterParser(FilterLexer.Cut(text), kind).Parse());
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>True for an episode that is to be kept: the condition is true, not merely unknown.</summary>
    internal bool Keeps(in EpisodeFacts facts) => _root.Of(facts).Truth == true;
}
