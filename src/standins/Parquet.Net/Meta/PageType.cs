namespace Parquet.Meta;

/// <summary>What a page holds.</summary>
public enum PageType
{
    /// <summary>Levels and values, compressed together.</summary>
    DATA_PAGE = 0,

    /// <summary>Unused by the format.</summary>
    INDEX_PAGE = 1,

    /// <summary>The distinct values of a column chunk.</summary>
    DICTIONARY_PAGE = 2,

    /// <summary>Levels uncompressed, then values.</summary>
    DATA_PAGE_V2 = 3,
}
