using System.Collections.Immutable;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using static VlmQ.Cli.Reports.HtmlPage;

namespace VlmQ.Cli.Reports.Failures;

/// <summary>The page of an evaluation: its tables, then the episodes that did not succeed, worst first, turn by turn.</summary>
internal static class FailurePage
{
    private const string Style = """
        .episode{border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;margin:1rem 0}
        .episode>p{margin:.2rem 0}.episode h3 span{font-weight:400}
        .turns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.8rem;margin-top:.7rem}
        .turn{border-top:3px solid var(--line);padding-top:.3rem;min-width:0}.turn.bad{border-color:#d55e00}
        .turn header{display:flex;justify-content:space-between;gap:.5rem;font-size:.85rem}
        .turn img{display:block;box-sizing:border-box;max-width:100%;height:auto;margin:.3rem 0;border:1px solid var(--line)}
        .turn p{margin:.2rem 0}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;max-height:16rem;overflow-y:auto;margin:.2rem 0;font-size:.8rem}
        pre.reply{background:var(--soft);padding:.3rem .5rem}.fault{color:#d55e00;font-size:.85rem;margin:.2rem 0;overflow-wrap:anywhere}
        tr.all{font-weight:600}tr.all small{font-weight:400}
        .gap{align-self:center;text-align:center}details{font-size:.85rem}summary{cursor:pointer}
        """;

    private static readonly string[] Heads = ["environment", "policy"];

    /// <summary>Writes the page.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">What was evaluated.</param>
    /// <param name="all">What was played, in order.</param>
    public static void Write(TextWriter output, string title, ImmutableArray<FailedEpisodes> all)
    {
        output.Write(Begin(title, Style));
        output.Write("<h2>Results</h2><div class=\"wide\"><table>");
        output.Write(Head([.. Heads, "goal type"], CellHeads));
        foreach (FailedEpisodes one in all)
        {
            Results(output, one);
        }
        output.Write($"</table></div><p>{Escape(Reached)} {Escape(Intervals)}</p>");
        output.Write(FailureTable(Heads, [.. all.Select(one => (Words(one), (Pipelines.RolloutSummary)one.Row))]));
        Endings(output, all);
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Count > 0)
            {
                Section(output, all[i], i);
            }
        }
        output.Write(End);
    }

    private static string[] Words(FailedEpisodes one) => [one.Row.Env, one.Row.Player];

    private static void Results(TextWriter output, FailedEpisodes one)
    {
        string words = string.Concat(Words(one).Select(Word));
        output.Write($"<tr class=\"all\">{words}{Word("all")}{Cells(one.Row)}</tr>");
        foreach ((string goalType, Pipelines.RolloutSummary row) in one.Row.GoalTypes)
        {
            output.Write($"<tr>{words}{Word(goalType.Replace('_', ' '))}{Cells(row)}</tr>");
        }
    }

    private static void Endings(TextWriter output, ImmutableArray<FailedEpisodes> all)
    {
        output.Write("<h2>How episodes ended</h2><div class=\"wide\"><table>");
        output.Write(Head(Heads, ["succeeded", "failed", "truncated", "shown below", "left out"]));
        for (int i = 0; i < all.Length; i++)
        {
            FailedEpisodes one = all[i];
            output.Write($"<tr>{string.Concat(Words(one).Select(Word))}{Number($"{one.Row.Endings.Succeeded}")}");
            output.Write(Number($"{one.Row.Endings.Failed}") + Number($"{one.Row.Endings.Truncated}"));
            string shown = NumberText.Of($"{one.Worst.Length}");
            output.Write(one.Count > 0 ? $"<td><a href=\"#{Anchor(i)}\">{shown}</a></td>" : $"<td>{shown}</td>");
            output.Write(Number($"{one.LeftOut}") + "</tr>");
        }
        output.Write("</table></div><p>An episode that failed was ended by the environment, one that was truncated by a limit of steps. ");
        output.Write("Both are shown below, the worst first: the lower return, then more replies that named no action, then more turns, ");
        output.Write("then what was played earlier. <code>--failures</code> sets how many are shown.</p>");
    }

    private static void Section(TextWriter output, FailedEpisodes one, int place)
    {
        output.Write($"<h2 id=\"{Anchor(place)}\">{Escape(one.Row.Env)}, {Escape(one.Row.Player)}: {NumberText.Of($"{one.Count:n0}")} of ");
        output.Write(NumberText.Of($"{one.Row.Episodes:n0} episodes did not succeed</h2>"));
        if (one.LeftOut > 0)
        {
            output.Write(NumberText.Of($"<p>The {one.Worst.Length:n0} worst are shown, {one.LeftOut:n0} are left out.</p>"));
        }
        for (int i = 0; i < one.Worst.Length; i++)
        {
            Episode(output, one.Worst[i], i + 1);
        }
    }

    private static void Episode(TextWriter output, FailedEpisode episode, int place)
    {
        string ending = episode.Ending == EpisodeEnding.Truncated ? "truncated" : "failed";
        output.Write(NumberText.Of($"<section class=\"episode\"><h3>{place}. return {Minus(NumberText.Of($"{episode.Rank.Return:g6}"))} "));
        output.Write(NumberText.Of($"<span>· {ending} after {NumberText.Count(episode.Rank.Length, "turn")}"));
        output.Write(episode.Rank.Unread > 0 ? $" · {NumberText.Count(episode.Rank.Unread, "reply", "replies")} without an action" : "");
        output.Write(NumberText.Of($" · {Escape(episode.GoalType.Replace('_', ' '))} · seed {episode.Seed}</span></h3>"));
        output.Write($"<p>{Escape(episode.Goal)}</p>");
        output.Write($"<details><summary>prompt of the first turn</summary><pre>{Escape(episode.Prompt)}</pre></details>");
        output.Write("<div class=\"turns\">");
        int shown = 0;
        foreach (FailedTurn turn in episode.Turns)
        {
            int leftOut = turn.Number - shown - 1;
            output.Write(leftOut > 0 ? $"<p class=\"gap\">… {NumberText.Count(leftOut, "turn")} left out …</p>" : "");
            Turn(output, turn);
            shown = turn.Number;
        }
        if (episode.LastPicture is { } last)
        {
            output.Write($"<div class=\"turn\"><header><b>cut here</b></header>{Picture(last)}</div>");
        }
        output.Write("</div></section>");
    }

    private static void Turn(TextWriter output, FailedTurn turn)
    {
        string reward = Minus(NumberText.Of($"{turn.Reward:g4}"));
        output.Write(NumberText.Of($"<div class=\"turn{(turn.Action is null ? " bad" : "")}\"><header><b>turn {turn.Number}</b>"));
        output.Write($"<span>reward {reward}</span></header>{Picture(turn.Picture)}");
        output.Write(turn.Text.Length > 0 ? $"<pre>{Escape(turn.Text)}</pre>" : "");
        output.Write($"<pre class=\"reply\">{Escape(turn.Reply)}</pre>");
        output.Write(
            turn.Action is { } action
                ? $"<p>action <code>{Escape(action)}</code></p>"
                : $"<p class=\"fault\"><b>{Escape((turn.Failure ?? "no action").Replace('_', ' '))}</b>: {Escape(turn.Fault ?? "")}</p>"
        );
        output.Write("</div>");
    }

    private static string Picture(byte[] png) =>
        $"<img alt=\"what was seen\" loading=\"lazy\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">";

    private static string Anchor(int place) => NumberText.Of($"failures-{place + 1}");
}
