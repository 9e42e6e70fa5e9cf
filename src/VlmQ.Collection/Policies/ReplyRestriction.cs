using VlmQ.Core.Prompting;

namespace VlmQ.Collection.Policies;

/// <summary>Which replies a model may write.</summary>
/// <param name="Parser">How replies are read.</param>
/// <param name="Freedom">What may stand beside the action.</param>
public sealed record ReplyRestriction(ActionParser Parser, ReplyFreedom Freedom);
