namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>How a server, or something before it, spoils one answer.</summary>
public enum ServerFault
{
    None,

    /// <summary>500 with S3's XML.</summary>
    InternalError,

    /// <summary>503 SlowDown with <c>Retry-After</c>.</summary>
    SlowDown,

    /// <summary>Half of the body, then one byte now and then: longer than any limit on a try.</summary>
    Dribble,

    /// <summary>No answer at all.</summary>
    Silence,

    /// <summary>Half of the body, then the connection is closed.</summary>
    Truncate,

    /// <summary>Half of the body, then the connection is reset.</summary>
    Reset,

    /// <summary>200 with a page for people.</summary>
    Html,

    /// <summary>403 with S3's XML.</summary>
    Forbidden,
}
