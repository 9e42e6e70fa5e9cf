using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>
/// A node of a filter. Truth is three-valued as in SQL: a comparison with a missing value is neither true nor false, unless it is with
/// the word <c>null</c> itself.
/// </summary>
internal abstract record FilterNode(FilterType Type, int Position)
{
    /// <summary>A literal.</summary>
    public sealed record Literal(FilterType Type, FilterValue Value, int Position) : FilterNode(Type, Position);

    /// <summary>A column.</summary>
    public sealed record Named(FilterColumn Column, int Position) : FilterNode(Column.Type, Position);

    /// <summary>Not.</summary>
    public sealed record Negation(FilterNode Inner, int Position) : FilterNode(FilterType.Truth, Position);

    /// <summary>Both.</summary>
    public sealed record Both(FilterNode Left, FilterNode Right) : FilterNode(FilterType.Truth, Left.Position);

    /// <summary>Either.</summary>
    public sealed record Either(FilterNode Left, FilterNode Right) : FilterNode(FilterType.Truth, Left.Position);

    /// <summary>A comparison by <c>==</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public sealed record Comparison(string Operator, FilterNode Left, FilterNode Right) : FilterNode(FilterType.Truth, Left.Position);

    /// <summary>The node's value for an episode.</summary>
    public FilterValue Of(in EpisodeFacts facts) =>
        this switch
        {
            Literal literal => literal.Value,
            Named named => named.Column.Of(facts),
            Negation negation => FilterValue.Of(!negation.Inner.Of(facts).Truth),
            Both both => FilterValue.Of(both.Left.Of(facts).Truth & both.Right.Of(facts).Truth),
            Either either => FilterValue.Of(either.Left.Of(facts).Truth | either.Right.Of(facts).Truth),
            Comparison comparison => FilterValue.Of(Compare(comparison, facts)),
            _ => throw new InvalidOperationException(),
        };

    private static bool? Compare(Comparison node, in EpisodeFacts facts)
    {
        FilterValue left = node.Left.Of(facts);
        FilterValue right = node.Right.Of(facts);
        if (node.Left.Type == FilterType.Null || node.Right.Type == FilterType.Null)
        {
            return (left.IsNull && right.IsNull) == (node.Operator == "==");
        }
        if (left.IsNull || right.IsNull)
        {
            return null;
        }
        int order = FilterValue.Compare(left, right);
        return node.Operator switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            _ => throw new InvalidOperationException(),
        };
    }
}
