namespace VlmQ.Core.Episodes;

/// <summary>Who can mend a <see cref="Fault"/>; decides the exit code of the command.</summary>
public enum FaultKind
{
    /// <summary>The caller's arguments or configuration (exit code 2).</summary>
    Configuration,

    /// <summary>Data that do not hold what they must (exit code 3).</summary>
    Data,

    /// <summary>Something outside the program: disk, network, a process (exit code 4).</summary>
    External,
}

/// <summary>Something expected that went wrong, as data: it can be counted, stored and shown.</summary>
public sealed record Fault
{
    /// <param name="kind">Who can mend it.</param>
    /// <param name="what">What is wrong, one line, no full stop.</param>
    /// <param name="where">The file, row, key or address; may be empty when <paramref name="what"/> says it.</param>
    /// <param name="remedy">The way out, one line; may be empty when there is none.</param>
    /// <exception cref="ArgumentException"><paramref name="what"/> is empty.</exception>
    public Fault(FaultKind kind, string what, string where = "", string remedy = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(what);
        Kind = kind;
        What = OneLine(what);
        Where = OneLine(where);
        Remedy = OneLine(remedy);
    }

    /// <summary>Who can mend it.</summary>
    public FaultKind Kind { get; }

    /// <summary>What is wrong.</summary>
    public string What { get; }

    /// <summary>The file, row, key or address.</summary>
    public string Where { get; }

    /// <summary>The way out.</summary>
    public string Remedy { get; }

    /// <summary>A fault of the caller's arguments or configuration.</summary>
    public static Fault Configuration(string what, string where = "", string remedy = "") =>
        new(FaultKind.Configuration, what, where, remedy);

    /// <summary>A fault of the data.</summary>
    public static Fault Data(string what, string where = "", string remedy = "") => new(FaultKind.Data, what, where, remedy);

    /// <summary>A fault of something outside the program.</summary>
    public static Fault External(string what, string where = "", string remedy = "") => new(FaultKind.External, what, where, remedy);

    /// <summary>One line: <c>where: what; remedy</c>.</summary>
    public override string ToString() => (Where.Length == 0 ? "" : Where + ": ") + What + (Remedy.Length == 0 ? "" : "; " + Remedy);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
