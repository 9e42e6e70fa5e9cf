namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>A token of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its letters; of a text, what stands between the quotes; empty at the end.</param>
/// <param name="Position">Its first character, from 1.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position);
