using System.Collections.Immutable;
using VlmQ.Core.Imaging;

namespace VlmQ.Models.XGenMm;

/// <summary>A prompt in which pictures stand among words, and the reply to it.</summary>
/// <param name="Pictures">The pictures, in the order of their placeholders.</param>
/// <param name="PromptIds">The prompt, with one image placeholder a picture.</param>
/// <param name="ReplyIds">The reply; empty for none.</param>
public sealed record InterleavedTurn(ImmutableArray<RgbImage> Pictures, ImmutableArray<int> PromptIds, ImmutableArray<int> ReplyIds);
