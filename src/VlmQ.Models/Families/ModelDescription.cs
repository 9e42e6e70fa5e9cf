using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>
/// What is known of a model from its configuration alone, before any memory is spent on it: its tensors with their shapes, and what
/// its family expects of tokenizers, prompts and pictures. <see cref="ModelFamilies"/> reads one from a folder.
/// </summary>
public abstract record ModelDescription
{
    /// <summary>The name under which runs and checkpoints record the kind of model.</summary>
    public abstract string Family { get; }

    /// <summary>Every tensor of a checkpoint under its official name, part after part.</summary>
    public abstract ImmutableArray<TensorSpec> Tensors { get; }

    /// <summary>V: number of logits; token ids run from 0 to one less.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>Most positions of a sequence, pictures included.</summary>
    public abstract int ContextLength { get; }

    /// <summary>Positions that one picture takes at most.</summary>
    public abstract int ImagePositions { get; }

    /// <summary>Positions in front of picture and text that the model adds itself.</summary>
    public virtual int LeadingPositions => 0;

    /// <summary>The text model's layers.</summary>
    public abstract TransformerSizes Text { get; }

    /// <summary>The vision tower's layers.</summary>
    public abstract TransformerSizes Vision { get; }

    /// <summary>The linear layers that adapters may be attached to, by module path: out, in.</summary>
    public abstract ImmutableSortedDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <summary>The shipped chat format that the model was tuned for.</summary>
    public virtual string Chat => "none";

    /// <summary>The tokenizer's file that is read where a folder holds several; empty for the usual choice.</summary>
    public virtual string TokenizerFile => "";

    /// <summary>The token that ends a reply, where it is another than the tokenizer's own; null otherwise.</summary>
    public virtual string? EndToken => null;

    /// <summary>Ids that texts must have, because the model's own code spells them as numbers: what a tokenizer is tested with.</summary>
    public virtual ImmutableArray<(string Text, ImmutableArray<int> Ids)> KnownTexts => [];

    /// <summary>The official name of an array that a checkpoint holds under a name of another time; the name itself otherwise.</summary>
    /// <param name="stored">The name in the checkpoint.</param>
    public virtual OfficialName OfficialNameOf(string stored) => new(stored);
}
