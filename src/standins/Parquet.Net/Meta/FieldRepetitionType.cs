namespace Parquet.Meta;

/// <summary>How often a field occurs in its parent.</summary>
public enum FieldRepetitionType
{
    /// <summary>Once.</summary>
    REQUIRED = 0,

    /// <summary>At most once.</summary>
    OPTIONAL = 1,

    /// <summary>Any number of times.</summary>
    REPEATED = 2,
}
