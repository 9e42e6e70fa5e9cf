using System.Collections.Immutable;

namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>A piece; its id is its place.</summary>
/// <param name="Text">How it is spelled.</param>
/// <param name="Score">The higher, the earlier it is merged; a number.</param>
/// <param name="Kind">What it is.</param>
internal sealed record Piece(string Text, float Score, PieceKind Kind);

/// <summary>What a sentencepiece <c>.model</c> of byte-pair kind says.</summary>
internal sealed record SentencePieceModel
{
    /// <summary>The pieces, none spelled like another.</summary>
    public required ImmutableArray<Piece> Pieces { get; init; }

    /// <summary>Whether a character without a piece becomes its bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a marker of a space is put in front of a text.</summary>
    public bool AddsDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at both ends are taken away, and runs of them shortened to one.</summary>
    public bool RemovesExtraSpaces { get; init; } = true;

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapesSpaces { get; init; } = true;
}
