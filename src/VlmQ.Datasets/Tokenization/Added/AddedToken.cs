namespace VlmQ.Datasets.Tokenization.Added;

/// <summary>A token that is cut out of a text before anything else is done to it.</summary>
/// <param name="Content">How it is spelled; at least one character.</param>
/// <param name="Id">Its id.</param>
/// <param name="SingleWord">It counts only where no word character adjoins it.</param>
/// <param name="StripsLeft">It swallows the white space to its left.</param>
/// <param name="StripsRight">It swallows the white space to its right.</param>
/// <param name="Normalized">It is searched in the normalised text, else in the text as it was written.</param>
/// <param name="Special">Text without special tokens leaves it out.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool SingleWord = false,
    bool StripsLeft = false,
    bool StripsRight = false,
    bool Normalized = false,
    bool Special = true
);
