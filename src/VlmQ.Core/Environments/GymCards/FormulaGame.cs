using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Environments.GymCards.Drawing;
using VlmQ.Core.Environments.GymCards.Formulas;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>
/// What EZPoints and Points24 of Gym Cards (RL4VLM, commit b989b574) share: a formula is written token by token with the numbers of the
/// cards, each used once, until <c>=</c> judges it.
/// </summary>
public abstract class FormulaGame : IEnvironment, IHasExpert
{
    // The longest text is that of 21 tokens, each of at most two characters.
    private const int TextLimit = 64;
    private const float Reached = 10;
    private const float Failed = -1;

    private readonly FormulaRules _rules;
    private readonly FormulaPicture _picture;
    private readonly FormulaSolver _solver;

    private protected FormulaGame(FormulaRules rules, FormulaPicture picture)
    {
        _rules = rules;
        _picture = picture;
        _solver = new FormulaSolver(rules);
    }

    /// <inheritdoc/>
    public string Id => _rules.Id;

    /// <inheritdoc/>
    public ImmutableArray<string> Actions => _rules.Actions;

    /// <summary>One token more than the formula may hold, and the action that cuts it.</summary>
    public int StepLimit => _rules.TokenLimit + 2;

    /// <inheritdoc/>
    public abstract EnvironmentState Reset(long seed);

    /// <inheritdoc/>
    public StepResult Step(EnvironmentState state, string? action)
    {
        FormulaState before = Of(state);
        if (before.HasEnded)
        {
            throw new ArgumentException("The episode has ended.", nameof(state));
        }
        if (action is null)
        {
            return new StepResult(before, 0, false, false);
        }
        if (!FormulaToken.TryParse(action, out FormulaToken token) || !_rules.Takes(token))
        {
            throw new ArgumentException($"'{action}' is not an action of {Id}.", nameof(action));
        }
        if (before.TokenCount > _rules.TokenLimit)
        {
            return new StepResult(before.Ended(), Failed, false, true);
        }
        if (token.IsNumber && !before.Offers(token))
        {
            return new StepResult(before.With(FormulaToken.Blank), Failed, false, false);
        }
        return token == FormulaToken.Equal
            ? new StepResult(before.Ended(), Reaches(before) ? Reached : Failed, true, false)
            : new StepResult(before.With(token), 0, false, false);
    }

    /// <summary>The picture; and in words the formula, which the reference's prompts state too.</summary>
    public Observation Observe(EnvironmentState state) =>
        new(_picture.Draw(Of(state)), _rules.Task, $"Current formula: {TextOf(Of(state))}.");

    /// <inheritdoc/>
    public string Describe(EnvironmentState state)
    {
        FormulaState game = Of(state);
        StringBuilder text = new("Cards: [");
        text.AppendJoin(", ", game.Cards.Select(card => $"'{card.Name}'"));
        text.Append("]. Numbers: [").AppendJoin(", ", game.Cards.Select(card => card.Value));
        return text.Append("]. Current formula: ").Append(TextOf(game)).Append('.').ToString();
    }

    /// <inheritdoc/>
    public string Info(EnvironmentState state)
    {
        FormulaState game = Of(state);
        StringBuilder text = new("{\"Cards\": [");
        text.AppendJoin(", ", game.Cards.Select(card => $"\"{card.Name}\""));
        text.Append("], \"Numbers\": [").AppendJoin(", ", game.Cards.Select(card => card.Value));
        text.Append("], \"Formula\": [");
        text.AppendJoin(", ", game.Formula.Select(token => FormulaState.IsNumber(token) ? token : $"\"{token}\""));
        return text.Append("]}").ToString();
    }

    /// <inheritdoc/>
    public string GoalType(EnvironmentState start) => TypeOf(Of(start));

    /// <summary>The sum of the rewards is positive.</summary>
    public bool Success(ReadOnlySpan<float> rewards, bool terminated) => Rewards.ArePositive(rewards);

    /// <summary>The next token of a formula that reaches the goal, found by exhaustive search; where there is none, <c>=</c>.</summary>
    public string Advise(EnvironmentState state) => _solver.NextToken(Of(state)) ?? FormulaRules.Equal;

    /// <summary>The kind of task that a deal poses.</summary>
    private protected abstract string TypeOf(FormulaState start);

    /// <summary>Whether some formula of these cards reaches the goal.</summary>
    private protected bool HasSolution(FormulaState start) => _solver.NextToken(start) is not null;

    /// <summary>Whether the formula is an expression of all the numbers and equals the goal, in doubles as the reference judges it.</summary>
    private bool Reaches(FormulaState state)
    {
        if (state.NumbersUsed != _rules.CardCount)
        {
            return false;
        }
        Span<char> text = stackalloc char[TextLimit];
        int length = 0;
        for (int i = 0; i < state.TokenCount; i++)
        {
            string token = state.TokenAt(i);
            token.CopyTo(text[length..]);
            length += token.Length;
        }
        return Expression.Evaluate(text[..length]) == _rules.Goal;
    }

    private static string TextOf(FormulaState state) => string.Concat(state.Formula.AsSpan());

    private FormulaState Of(EnvironmentState state) =>
        state is FormulaState game && game.Cards.Length == _rules.CardCount
            ? game
            : throw new ArgumentException($"Not a state of {Id}.", nameof(state));
}
