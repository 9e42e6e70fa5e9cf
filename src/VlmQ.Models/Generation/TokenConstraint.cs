using System.Collections;
using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Models.Generation;

/// <summary>
/// A <see cref="ReplyGrammar"/> over the tokens of a vocabulary: which tokens may come next so that the reply, in whatever pieces it is
/// written, ends as one of the grammar's. Immutable, safe from several threads.
/// </summary>
public sealed class TokenConstraint
{
    private const int Never = int.MaxValue;

    private readonly ReplyGrammar _grammar;
    private readonly TokenTable _tokens;
    private readonly ImmutableArray<int> _endTokens;
    private readonly BitArray[] _allowed; // by state
    private readonly int[] _distance; // by state: fewest tokens that end a reply, the end token included
    private readonly int _farthest;

    private TokenConstraint(ReplyGrammar grammar, TokenTable tokens, ImmutableArray<int> endTokens)
    {
        _grammar = grammar;
        _tokens = tokens;
        _endTokens = endTokens;
        // One state more than the grammar has: in front of the first token, which may lose a space.
        int states = grammar.States + 1;
        _allowed = new BitArray[states];
        HashSet<int>[] after = new HashSet<int>[states];
        for (int state = 0; state < states; state++)
        {
            (_allowed[state], after[state]) = Follow(state);
        }
        _distance = Distances(after);
        for (int state = 0; state < states; state++)
        {
            LeaveDeadEndsOut(state, after[state]);
        }
        _farthest = _distance.Where(distance => distance != Never).DefaultIfEmpty(0).Max();
    }

    /// <summary>The state before the first token.</summary>
    public int Start => _grammar.States;

    /// <summary>Tokens of the shortest reply, the end token included.</summary>
    public int ShortestReply => _distance[Start];

    /// <summary>Puts a grammar on a vocabulary.</summary>
    /// <param name="grammar">The replies.</param>
    /// <param name="tokens">The vocabulary.</param>
    /// <param name="endTokens">The tokens that end a reply, at least one.</param>
    /// <returns>Or a fault where the vocabulary can write none of the replies.</returns>
    public static Result<TokenConstraint> Of(ReplyGrammar grammar, TokenTable tokens, ImmutableArray<int> endTokens)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentNullException.ThrowIfNull(tokens);
        if (endTokens.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A reply needs a token that ends it.", nameof(endTokens));
        }
        TokenConstraint constraint = new(grammar, tokens, endTokens);
        return constraint.ShortestReply == Never
            ? Fault.Data("the tokenizer can write none of the replies that name an action", remedy: "leave replies unconstrained")
            : constraint;
    }

    /// <summary>The state after one more token.</summary>
    /// <exception cref="ArgumentException">The token may not come here, or ends the reply.</exception>
    public int Next(int state, int token) =>
        After(state, token) is var next and not ReplyGrammar.Dead
            ? next
            : throw new ArgumentException($"Token {token} may not come after state {state}.", nameof(token));

    /// <summary>Sets the logits of tokens that may not come next to −∞.</summary>
    /// <param name="state">Where the reply stands.</param>
    /// <param name="remaining">
    /// Tokens that the reply may still have, at least <see cref="ShortestReply"/> at the start: a reply is led to its end before they run out.
    /// </param>
    /// <param name="logits">One a token of the model's vocabulary, which may have more ids than the tokenizer.</param>
    public void Mask(int state, int remaining, Span<float> logits)
    {
        BitArray allowed = _allowed[state];
        bool mayEnd = state < _grammar.States && _grammar.Accepts(state);
        bool hurries = remaining <= _farthest;
        for (int token = 0; token < logits.Length; token++)
        {
            bool may = token < allowed.Length && allowed[token] && (!hurries || _distance[After(state, token)] < remaining);
            if (!may && !(mayEnd && _endTokens.Contains(token)))
            {
                logits[token] = float.NegativeInfinity;
            }
        }
    }

    private int After(int state, int token)
    {
        ReadOnlySpan<byte> bytes = _tokens[token];
        if (bytes.IsEmpty || _endTokens.Contains(token))
        {
            return ReplyGrammar.Dead;
        }
        return state == Start
            ? _grammar.Next(ReplyGrammar.Start, _tokens.LosesFirstSpace && bytes[0] == ' ' ? bytes[1..] : bytes)
            : _grammar.Next(state, bytes);
    }

    /// <summary>The tokens that the grammar lets pass, and the states that they lead to.</summary>
    private (BitArray Allowed, HashSet<int> After) Follow(int state)
    {
        BitArray allowed = new(_tokens.Count);
        HashSet<int> after = [];
        for (int first = 0; first < 256; first++)
        {
            bool losesFirst = state == Start && _tokens.LosesFirstSpace && first == ' ';
            if (!losesFirst && _grammar.Next(state == Start ? ReplyGrammar.Start : state, (byte)first) == ReplyGrammar.Dead)
            {
                continue;
            }
            foreach (int token in _tokens.StartingWith((byte)first))
            {
                if (After(state, token) is var next and not ReplyGrammar.Dead)
                {
                    allowed[token] = true;
                    after.Add(next);
                }
            }
        }
        return (allowed, after);
    }

    private int[] Distances(HashSet<int>[] after)
    {
        int[] distance = new int[after.Length];
        Array.Fill(distance, Never);
        Queue<int> reached = [];
        for (int state = 0; state < _grammar.States; state++)
        {
            if (_grammar.Accepts(state))
            {
                distance[state] = 1;
                reached.Enqueue(state);
            }
        }
        List<int>[] before = [.. after.Select(_ => new List<int>())];
        for (int state = 0; state < after.Length; state++)
        {
            foreach (int next in after[state])
            {
                before[next].Add(state);
            }
        }
        while (reached.TryDequeue(out int state))
        {
            foreach (int previous in before[state])
            {
                if (distance[previous] == Never)
                {
                    distance[previous] = distance[state] + 1;
                    reached.Enqueue(previous);
                }
            }
        }
        return distance;
    }

    /// <summary>Forbids tokens into states that no tokens of the vocabulary lead out of to an end.</summary>
    private void LeaveDeadEndsOut(int state, HashSet<int> after)
    {
        if (!after.Any(next => _distance[next] == Never))
        {
            return;
        }
        for (int token = 0; token < _tokens.Count; token++)
        {
            if (_allowed[state][token] && _distance[After(state, token)] == Never)
            {
                _allowed[state][token] = false;
            }
        }
    }
}
