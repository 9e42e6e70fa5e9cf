using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>
/// Makes turns of messages. What the system says before anybody else is the goal; what it or the user says between two replies is one
/// observation, with at most one picture; each reply ends a turn. What is said after the last reply is the final observation.
/// </summary>
/// <param name="goal">The task in words, besides what the system says.</param>
/// <param name="where">The conversation, for faults.</param>
internal sealed class TurnAssembler(string? goal, string where)
{
    private readonly List<string> _goal = [];
    private readonly List<string> _words = [];
    private readonly List<PictureReference> _pictures = [];
    private readonly ImmutableArray<DraftTurn>.Builder _turns = ImmutableArray.CreateBuilder<DraftTurn>();
    private bool _heard;

    /// <summary>The turns so far.</summary>
    public int Count => _turns.Count;

    public void System(string words) => (_heard || _turns.Count > 0 ? _words : _goal).Add(words);

    public void User(string words, IEnumerable<PictureReference> pictures)
    {
        _heard = true;
        _words.Add(words);
        _pictures.AddRange(pictures);
    }

    /// <exception cref="FaultException">Nothing was said before it, or more than one picture shown.</exception>
    public void Assistant(string reply, string? action, double? reward, string info)
    {
        if (!_heard)
        {
            throw new FaultException(
                Fault.Data(
                    $"reply {_turns.Count} follows no message of the user",
                    where,
                    "each reply answers what the user said and showed"
                )
            );
        }
        _turns.Add(new DraftTurn(Observation(), reply, action, reward, info));
    }

    /// <summary>The turns, and what was seen after the last.</summary>
    /// <exception cref="FaultException">There is no turn.</exception>
    public (ImmutableArray<DraftTurn> Turns, DraftObservation? Final) End() =>
        _turns.Count == 0
            ? throw new FaultException(Fault.Data("there is no reply in it", where))
            : (_turns.ToImmutable(), _heard ? Observation() : null);

    private DraftObservation Observation()
    {
        if (_pictures.Count > 1)
        {
            throw new FaultException(
                Fault.Data(
                    $"turn {_turns.Count} shows {_pictures.Count} pictures",
                    where,
                    "a turn has one picture: leave one, or join them to one"
                )
            );
        }
        DraftObservation observation = new(
            Joined(goal is null ? _goal : [.. _goal, goal]),
            Joined(_words),
            _pictures is [var one] ? one : null
        );
        _words.Clear();
        _pictures.Clear();
        _heard = false;
        return observation;
    }

    private static string Joined(List<string> words) => string.Join('\n', words.Where(part => part.Length > 0));
}
