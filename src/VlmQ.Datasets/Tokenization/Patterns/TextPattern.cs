namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>What is searched in a text.</summary>
internal abstract class TextPattern
{
    /// <summary>All matches that are not empty, from left to right, none overlapping another.</summary>
    /// <exception cref="Core.Episodes.FaultException">The search takes far more than linear time.</exception>
    public abstract void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches);
}
