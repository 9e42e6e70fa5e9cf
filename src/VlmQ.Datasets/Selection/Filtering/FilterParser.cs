using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>Reads a filter by recursive descent: <c>or</c> binds least, then <c>and</c>, <c>not</c>, comparisons.</summary>
internal sealed class FilterParser(ImmutableArray<FilterToken> tokens, DatasetKind kind)
{
    // Brackets and `not` recurse; a filter that nests deeper than anybody writes is refused before the stack ends.
    private const int MostNested = 200;

    private int _next;
    private int _depth;

    private FilterToken Current => tokens[_next];

    /// <summary>The whole filter.</summary>
    /// <exception cref="FaultException">It is none; the fault names the position.</exception>
    public FilterNode Parse()
    {
        FilterNode node = Truth(Either());
        return Current.Kind == FilterTokenKind.End ? node : throw Unexpected("'and', 'or' or the end");
    }

    private FilterNode Either()
    {
        FilterNode left = Both();
        while (Takes("or", "||"))
        {
            left = new FilterNode.Either(Truth(left), Truth(Both()));
        }
        return left;
    }

    private FilterNode Both()
    {
        FilterNode left = Negation();
        while (Takes("and", "&&"))
        {
            left = new FilterNode.Both(Truth(left), Truth(Negation()));
        }
        return left;
    }

    private FilterNode Negation()
    {
        int position = Current.Position;
        if (++_depth > MostNested)
        {
            throw FilterLexer.Wrong(position, $"the filter nests deeper than {MostNested}");
        }
        FilterNode node = Takes("not", "!") ? new FilterNode.Negation(Truth(Negation()), position) : Comparison();
        _depth--;
        return node;
    }

    private FilterNode Comparison()
    {
        FilterNode left = Operand();
        FilterToken sign = Current;
        if (sign.Kind != FilterTokenKind.Sign || sign.Text is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
        {
            return left;
        }
        _next++;
        FilterNode right = Operand();
        bool equality = sign.Text is "==" or "!=";
        bool hasNull = left.Type == FilterType.Null || right.Type == FilterType.Null;
        if (hasNull ? !equality : left.Type != right.Type)
        {
            throw FilterLexer.Wrong(sign.Position, $"{NameOf(left.Type)} cannot be compared with {NameOf(right.Type)} by {sign.Text}");
        }
        if (left.Type == FilterType.Truth && !equality)
        {
            throw FilterLexer.Wrong(sign.Position, $"truth values have no order, so {sign.Text} means nothing", "use == or !=");
        }
        return new FilterNode.Comparison(sign.Text, left, right);
    }

    private FilterNode Operand()
    {
        FilterToken token = Current;
        if (Takes("(", "("))
        {
            FilterNode inner = Either();
            return Takes(")", ")") ? inner : throw Unexpected("')'");
        }
        _next += token.Kind is FilterTokenKind.Sign or FilterTokenKind.End ? throw Unexpected("a column or a value") : 1;
        return token.Kind switch
        {
            FilterTokenKind.Number => new FilterNode.Literal(FilterType.Number, NumberOf(token.Text), token.Position),
            FilterTokenKind.Text => new FilterNode.Literal(FilterType.Text, FilterValue.Of(token.Text), token.Position),
            _ => Word(token),
        };
    }

    // A seed has up to 19 digits, of which a double keeps 15.
    private static FilterValue NumberOf(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? FilterValue.Of(whole)
            : FilterValue.Of(double.Parse(text, CultureInfo.InvariantCulture));

    private FilterNode Word(FilterToken token) =>
        token.Text switch
        {
            "true" or "false" => new FilterNode.Literal(FilterType.Truth, FilterValue.Of(token.Text == "true"), token.Position),
            "null" => new FilterNode.Literal(FilterType.Null, default, token.Position),
            _ => new FilterNode.Named(ColumnOf(token), token.Position),
        };

    private FilterColumn ColumnOf(FilterToken token)
    {
        ImmutableArray<FilterColumn> columns = FilterColumn.Columns(kind);
        return columns.FirstOrDefault(column => column.Name == token.Text)
            ?? throw FilterLexer.Wrong(
                token.Position,
                $"{kind.ToString().ToLowerInvariant()} have no column '{token.Text}'",
                "columns are " + string.Join(", ", columns.Select(column => column.Name)) + "; a text stands in quotes"
            );
    }

    private static FilterNode Truth(FilterNode node) =>
        node.Type == FilterType.Truth
            ? node
            : throw FilterLexer.Wrong(node.Position, $"{NameOf(node.Type)} alone is no condition", "compare it with something");

    private bool Takes(string word, string sign)
    {
        bool takes = Current.Kind switch
        {
            FilterTokenKind.Word => Current.Text == word,
            FilterTokenKind.Sign => Current.Text == sign,
            _ => false,
        };
        _next += takes ? 1 : 0;
        return takes;
    }

    private FaultException Unexpected(string wanted) =>
        FilterLexer.Wrong(
            Current.Position,
            Current.Kind == FilterTokenKind.End
                ? $"the filter ends where {wanted} is due"
                : $"'{Current.Text}' stands where {wanted} is due"
        );

    private static string NameOf(FilterType type) =>
        type switch
        {
            FilterType.Null => "null",
            FilterType.Number => "a number",
            FilterType.Text => "a text",
            FilterType.Truth => "a truth value",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
}
