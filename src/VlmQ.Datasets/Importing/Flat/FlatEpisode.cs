using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>
/// Makes a draft of the rows of one episode. A last row without action and reply is what was seen after the last turn, as Minari stores
/// it.
/// </summary>
internal static class FlatEpisode
{
    /// <summary>The draft, or why there can be none.</summary>
    /// <param name="rows">The rows in order, at least one.</param>
    public static Result<EpisodeDraft> Draft(IReadOnlyList<FlatRow> rows)
    {
        FlatRow first = rows[0];
        bool seesEnd = rows.Count > 1 && rows[^1] is { Action: null, Reply: null };
        int turns = rows.Count - (seesEnd ? 1 : 0);
        for (int i = 0; i < rows.Count; i++)
        {
            if (WrongIn(rows, i, turns) is { } wrong)
            {
                return wrong;
            }
        }
        FlatRow last = rows[turns - 1];
        return new EpisodeDraft
        {
            Where = first.Where,
            Id = first.Episode,
            Environment = first.Environment,
            Policy = first.Policy,
            Seed = first.Seed ?? 0,
            Success = last.Success,
            Turns = [.. rows.Take(turns).Select(Turn)],
            Final = seesEnd ? Observation(rows[^1]) : null,
            Terminated = last.Terminated,
            Truncated = last.Truncated,
            GiveRewards = "map a column with `reward`",
        };
    }

    private static Fault? WrongIn(IReadOnlyList<FlatRow> rows, int index, int turns)
    {
        FlatRow row = rows[index];
        return row.Wrong is { } wrong ? Fault.Data(wrong, row.Where)
            : row.Picture is PictureReference.Address { Text: var path } && LeRobotVideo.IsVideo(path) ? LeRobotVideo.FaultOf(row.Where)
            : index > 0 && row.Step != rows[index - 1].Step + 1
                ? Fault.Data(
                    $"step {row.Step} follows step {rows[index - 1].Step}",
                    row.Where,
                    "give all steps of an episode in their order"
                )
            : index < turns && row is { Action: null, Reply: null }
                ? Fault.Data("it has no action and no reply", row.Where, "only the last row of an episode may have none")
            : index < turns - 1 && (row.Terminated == true || row.Truncated == true)
                ? Fault.Data("the episode goes on after this row, which ends it", row.Where)
            : null;
    }

    private static DraftTurn Turn(FlatRow row)
    {
        string reply = row.Reply ?? ReplyFormat.Write(row.Action!);
        return new DraftTurn(Observation(row), reply, row.Action ?? ReplyAction.In(reply), row.Reward, "{}");
    }

    private static DraftObservation Observation(FlatRow row) => new(row.Goal ?? "", row.Text ?? "", row.Picture);
}
