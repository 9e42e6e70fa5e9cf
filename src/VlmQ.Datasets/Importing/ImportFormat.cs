namespace VlmQ.Datasets.Importing;

/// <summary>What other tools write, as far as it can be imported.</summary>
public enum ImportFormat
{
    /// <summary>JSONL or a JSON array of conversations with <c>messages</c> of <c>role</c> and <c>content</c>.</summary>
    Openai,

    /// <summary>JSONL or a JSON array of <c>conversations</c> with <c>from</c> and <c>value</c>, and <c>image</c> beside them.</summary>
    Llava,

    /// <summary>Parquet files of flat columns, one row a step, with a <see cref="Flat.ColumnMap"/>.</summary>
    Parquet,
}
