using System.Collections.Immutable;
using System.Text;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using static VlmQ.Cli.Reports.HtmlPage;

namespace VlmQ.Cli.Reports;

/// <summary>A self-contained page: no script, no font, no picture from anywhere else.</summary>
internal static class HtmlReport
{
    private const string Style = """
        .charts,.turns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,32rem),1fr));gap:1.2rem}
        figure{margin:0}figcaption{font-weight:600}svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}
        .grid{stroke:var(--line);stroke-width:.5}.axis{stroke:currentColor}.legend{margin:.2rem 0;font-size:.85rem}
        .legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em}.legend span{margin-right:1em}
        .turn{display:flex;gap:1rem;align-items:flex-start;padding:1rem;border:1px solid var(--line);border-radius:.4rem}
        .turn img{width:7rem;height:7rem;image-rendering:pixelated;border:1px solid var(--line)}
        .turn pre{white-space:pre-wrap;margin:.2rem 0;font-size:.85rem}.turn p{margin:.3rem 0}
        .turn td,.turn th{padding:.1rem .4rem;font-size:.9rem}
        code{background:var(--soft);padding:0 .25em}code.kept{background:var(--kept)}
        code.dropped{background:var(--dropped);text-decoration:line-through}.reply code{padding:.1em 0;margin-right:1px}
        """;

    /// <summary>Characters of a prompt beyond which its middle is left out.</summary>
    private const int PromptLimit = 4000;

    private static readonly string[] Heads = ["data", "seed", "method", "decoding"];

    public static string Render(ReportData data)
    {
        StringBuilder html = new(Begin(data.Title, Style));
        html.Append($"<p>{Escape(data.Introduction)}</p>");
        Results(html, data.Results);
        html.Append(ReplyTable.Html(data.Collected));
        GoalTypes(html, data.Results);
        html.Append("<h2>Learning curves</h2><div class=\"charts\">");
        html.AppendJoin('\n', data.Charts.Where(SvgChart.HasPoints).Select(SvgChart.Render)).Append("</div>");
        Samples(html, data.Samples);
        html.Append("<h2>How it was made</h2><div class=\"wide\"><table>");
        foreach ((string name, string value) in data.Provenance)
        {
            html.Append($"<tr><th class=\"t\">{Escape(name)}</th><td class=\"t\"><code>{Escape(value)}</code></td></tr>");
        }
        return html.Append("</table></div>").Append(End).ToString();
    }

    private static void Results(StringBuilder html, ImmutableArray<SummaryResult> results)
    {
        html.Append("<h2>Results</h2><div class=\"wide\"><table>");
        html.Append(Head(Heads, [.. CellHeads, "CPU s", "steps"]));
        foreach (SummaryResult row in results)
        {
            html.Append("<tr>").AppendJoin("", Words(row).Select(Word)).Append(Cells(row));
            html.Append(Number($"{row.TrainCpuSeconds:f1}")).Append(Number($"{row.TrainSteps}")).Append("</tr>");
        }
        html.Append("</table></div><p>Success is the environment's own: in Gym Cards the sum of an episode's rewards is positive, ");
        html.Append("so in NumberLine only a shortest path counts; <em>reached</em> counts every episode that the environment ended ");
        html.Append("itself. Syntax is the share of replies that parsed. ").Append(Intervals).Append("</p>");
        html.Append(FailureTable(Heads, [.. results.Select(row => (Words(row), (RolloutSummary)row))]));
    }

    private static void GoalTypes(StringBuilder html, ImmutableArray<SummaryResult> results)
    {
        html.Append("<h2>Results by goal type</h2><details><summary>each kind of task on its own</summary><div class=\"wide\"><table>");
        html.Append(Head([.. Heads, "goal type"], CellHeads));
        foreach (SummaryResult row in results)
        {
            foreach ((string goalType, RolloutSummary part) in row.GoalTypes)
            {
                html.Append("<tr>").AppendJoin("", Words(row).Append(goalType.Replace('_', ' ')).Select(Word)).Append(Cells(part));
                html.Append("</tr>");
            }
        }
        html.Append("</table></div></details>");
    }

    private static string[] Words(SummaryResult row) => [row.Data, NumberText.Of($"{row.Seed}"), row.Method, row.Decoding];

    private static void Samples(StringBuilder html, ImmutableArray<SampleTurn> samples)
    {
        if (samples.IsEmpty)
        {
            return;
        }
        html.Append("<h2>Sample turns</h2><p>Turns of the training data, token by token: π(a|s) of the actor, Q(s,a) and V(s) of the ");
        html.Append("critics, the advantage A = Q − V, and whether the filter lets the actor imitate the token ");
        html.Append("(<code class=\"kept\">kept</code>) or not (<code class=\"dropped\">dropped</code>).</p><div class=\"turns\">");
        foreach (SampleTurn turn in samples)
        {
            Sample(html, turn);
        }
        html.Append("</div>");
    }

    private static void Sample(StringBuilder html, SampleTurn turn)
    {
        string picture = Convert.ToBase64String(turn.Png);
        html.Append($"<div class=\"turn\"><img alt=\"observation\" src=\"data:image/png;base64,{picture}\"><div class=\"wide\">");
        html.Append($"<h3>{Escape(turn.Label)}</h3><pre>{Escape(VisibleText.Of(turn.Prompt, PromptLimit))}</pre><p class=\"reply\">");
        html.AppendJoin("", turn.Tokens.Select(Code)).Append("</p>");
        html.Append(NumberText.Of($"<p>reward {turn.Reward:g4}, {(turn.Valid ? "parsed" : "did not parse")}</p>").Replace('-', '−'));
        html.Append("<table><tr><th class=\"t\">token</th><th>π</th><th>Q</th><th>V</th><th>A</th><th class=\"t\">filter</th></tr>");
        foreach (SampleToken token in turn.Tokens)
        {
            html.Append($"<tr><td class=\"t\">{Code(token)}</td>").Append(Number($"{token.Probability:f3}"));
            html.Append(Number($"{token.Q:f3}")).Append(Number($"{token.V:f3}")).Append(Number($"{token.Advantage:+0.000;-0.000}"));
            html.Append(Word(token.Kept ? "kept" : "dropped")).Append("</tr>");
        }
        html.Append("</table></div></div>");
    }

    private static string Code(SampleToken token) =>
        $"<code class=\"{(token.Kept ? "kept" : "dropped")}\">{Escape(Visible(token.Text))}</code>";

    private static string Visible(string text) => text.Replace(' ', '␣').ReplaceLineEndings("⏎");
}
