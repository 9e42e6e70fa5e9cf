using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>What a parser made of a reply.</summary>
public abstract record ParsedReply
{
    private ParsedReply() { }

    /// <summary>The words of the action.</summary>
    public sealed record Action(string Text) : ParsedReply;

    /// <summary>There is none; <paramref name="Failure"/> is what is counted, <paramref name="Fault"/> what is shown.</summary>
    public sealed record Invalid(ReplyFailure Failure, Fault Fault) : ParsedReply;

    /// <summary>Applies the next parser to the words, or passes the failure on.</summary>
    public ParsedReply Bind(Func<string, ParsedReply> next) => this is Action action ? next(action.Text) : this;

    internal static ParsedReply Not(ReplyFailure failure, string what, string remedy = "") =>
        new Invalid(failure, Fault.Data(what, remedy: remedy));
}
