using VlmQ.Collection;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>How replies are read, and what happens where one names no action.</summary>
internal sealed record ReplyRules
{
    /// <summary>How replies are read.</summary>
    public ActionParser Parser { get; init; } = ActionParser.Strict;

    /// <summary>What a reply that names no action earns beside the reward of what is done in its place.</summary>
    public float Penalty { get; init; } = -1;

    /// <summary>What is done in its place.</summary>
    public InvalidReplyRule Invalid { get; init; } = InvalidReplyRule.NoOp;

    /// <summary>The rules of some names, or a fault that lists the names there are.</summary>
    public static Result<ReplyRules> Of(string parser, double penalty, string invalid) =>
        ActionParser
            .Find(parser)
            .Bind(found =>
                InvalidReply
                    .Find(invalid)
                    .Bind<ReplyRules>(rule =>
                        float.IsFinite((float)penalty)
                            ? new ReplyRules
                            {
                                Parser = found,
                                Penalty = (float)penalty,
                                Invalid = rule,
                            }
                            : Fault.Configuration("a penalty must be a finite number")
                    )
            );
}
