using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Models.Generation;

/// <summary>One reply while it is generated.</summary>
internal sealed class ReplyInProgress
{
    private readonly GenerationOptions _options;
    private readonly RandomKey _key;
    private readonly TokenConstraint? _constraint;
    private readonly List<int> _ids = [];
    private readonly List<float> _logProbabilities = [];
    private int _state;

    /// <exception cref="FaultException">The constraint has no reply as short as the options ask for.</exception>
    public ReplyInProgress(GenerationOptions options, RandomKey key, TokenConstraint? constraint)
    {
        _options = options;
        _key = key;
        _constraint = constraint;
        _state = constraint?.Start ?? 0;
        if (constraint?.ShortestReply > options.MaximumTokens)
        {
            throw new FaultException(
                Fault.Configuration(
                    $"the shortest reply that names an action has {constraint.ShortestReply} tokens, but a reply has "
                        + $"{options.MaximumTokens} at most",
                    remedy: "allow longer replies"
                )
            );
        }
    }

    /// <summary>True once the reply has its end token.</summary>
    public bool Ended { get; private set; }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's.</param>
    /// <param name="scratch">As long; what the options make of the logits is written there.</param>
    /// <param name="sampler">Chooses.</param>
    public int Choose(ReadOnlySpan<float> logits, Span<float> scratch, TokenSampler sampler)
    {
        if (_constraint is not null || _options.RepetitionPenalty > 1)
        {
            logits.CopyTo(scratch);
            Penalize(scratch);
            _constraint?.Mask(_state, _options.MaximumTokens - _ids.Count, scratch);
            logits = scratch;
        }
        double uniform = _options.Decoding is Decoding.Greedy ? 0 : _key.DoubleAt((ulong)_ids.Count);
        (int token, float logProbability) = sampler.Choose(logits, _options.Decoding, uniform);
        _ids.Add(token);
        _logProbabilities.Add(logProbability);
        Ended = _options.Ends(token);
        if (!Ended && _constraint is not null)
        {
            _state = _constraint.Next(_state, token);
        }
        return token;
    }

    /// <summary>The whole reply.</summary>
    public GeneratedReply Finish() => new([.. _ids], [.. _logProbabilities], Ended);

    private void Penalize(Span<float> logits)
    {
        float penalty = (float)_options.RepetitionPenalty;
        for (int i = 0; i < _ids.Count; i++)
        {
            // Once a token, however often it came.
            if (_ids.IndexOf(_ids[i]) == i)
            {
                ref float logit = ref logits[_ids[i]];
                logit = logit > 0 ? logit / penalty : logit * penalty;
            }
        }
    }
}
