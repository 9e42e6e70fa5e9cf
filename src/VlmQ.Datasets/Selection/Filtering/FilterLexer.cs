using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>Cuts a filter into tokens.</summary>
internal static class FilterLexer
{
    private static readonly ImmutableArray<string> Signs = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "(", ")", "!"];

    /// <summary>The tokens, the end last.</summary>
    /// <exception cref="FaultException">There is a character that no token begins with, a number that is none, or a text without end.</exception>
    public static ImmutableArray<FilterToken> Cut(string filter)
    {
        ImmutableArray<FilterToken>.Builder tokens = ImmutableArray.CreateBuilder<FilterToken>();
        int at = 0;
        while (at < filter.Length)
        {
            if (char.IsWhiteSpace(filter[at]))
            {
                at++;
                continue;
            }
            FilterToken token = Next(filter, at, out at);
            tokens.Add(token);
        }
        tokens.Add(new FilterToken(FilterTokenKind.End, "", filter.Length + 1));
        return tokens.ToImmutable();
    }

    /// <summary>A fault of a filter.</summary>
    public static FaultException Wrong(int position, string what, string remedy = "") =>
        new(Fault.Configuration(what, string.Create(CultureInfo.InvariantCulture, $"filter, character {position}"), remedy));

    private static FilterToken Next(string filter, int at, out int end)
    {
        char first = filter[at];
        if (first is '"' or '\'')
        {
            int close = filter.IndexOf(first, at + 1);
            end = close >= 0 ? close + 1 : throw Wrong(at + 1, "the text has no end", $"close it with {first}");
            return new FilterToken(FilterTokenKind.Text, filter[(at + 1)..close], at + 1);
        }
        if (char.IsAsciiLetter(first) || first == '_')
        {
            end = EndOf(filter, at, letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
            return new FilterToken(FilterTokenKind.Word, filter[at..end], at + 1);
        }
        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
        {
            end = EndOfNumber(filter, at + 1);
            string text = filter[at..end];
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? new FilterToken(FilterTokenKind.Number, text, at + 1)
                : throw Wrong(at + 1, $"'{text}' is no number");
        }
        foreach (string sign in Signs)
        {
            if (string.CompareOrdinal(filter, at, sign, 0, sign.Length) == 0)
            {
                end = at + sign.Length;
                return new FilterToken(FilterTokenKind.Sign, sign, at + 1);
            }
        }
        throw Wrong(
            at + 1,
            $"'{first}' means nothing here",
            first == '=' ? "compare with ==" : "operators are == != < <= > >= and or not ( )"
        );
    }

    // A sign belongs to the number where it stands behind the letter of its exponent: 1e-3.
    private static int EndOfNumber(string filter, int at)
    {
        int end = EndOf(filter, at, letter => char.IsAsciiLetterOrDigit(letter) || letter == '.');
        bool hasSignedExponent =
            end < filter.Length - 1
            && filter[end - 1] is 'e' or 'E'
            && filter[end] is '-' or '+'
            && filter[at..(end - 1)].All(letter => char.IsAsciiDigit(letter) || letter == '.');
        return hasSignedExponent ? EndOf(filter, end + 1, char.IsAsciiLetterOrDigit) : end;
    }

    private static int EndOf(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
        {
            at++;
        }
        return at;
    }
}
