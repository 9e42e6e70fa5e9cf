using System.Globalization;
using System.Net;
using System.Text;
using VlmQ.Cli.Pipelines;

namespace VlmQ.Cli.Reports;

/// <summary>A self-contained page: no script, no font, no picture from anywhere else.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--line:#8885;--soft:#8882}
        body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:right}
        td.t,th.t{text-align:left}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:1rem}
        figure{margin:0}figcaption{font-weight:600}svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}
        .grid{stroke:var(--line);stroke-width:.5}.axis{stroke:currentColor}.legend{margin:.2rem 0;font-size:.85rem}
        .legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em}.legend span{margin-right:1em}
        .turn{display:flex;gap:1.2rem;align-items:flex-start;margin:1.2rem 0;padding-bottom:1.2rem;border-bottom:1px solid var(--line)}
        .turn img{width:9rem;height:9rem;image-rendering:pixelated;border:1px solid var(--line)}.turn pre{white-space:pre-wrap;margin:.2rem 0;font-size:.85rem}
        .dropped{opacity:.55}code{background:var(--soft);padding:0 .25em}.wide{overflow-x:auto}
        """;

    public static string Render(ReportData data)
    {
        StringBuilder html = new();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append($"<title>{Escape(data.Title)}</title><style>{Style}</style></head><body><h1>{Escape(data.Title)}</h1><p>{Escape(data.Introduction)}</p>");
        Results(html, data);
        html.Append("<h2>Learning curves</h2><div class=\"charts\">").AppendJoin('\n', data.Charts.Select(SvgChart.Render)).Append("</div>");
        Samples(html, data);
        html.Append("<h2>How it was made</h2><div class=\"wide\"><table>");
        foreach ((string name, string value) in data.Provenance)
        {
            html.Append($"<tr><th class=\"t\">{Escape(name)}</th><td class=\"t\"><code>{Escape(value)}</code></td></tr>");
        }
        return html.Append("</table></div></body></html>\n").ToString();
    }

    private static void Results(StringBuilder html, ReportData data)
    {
        html.Append("<h2>Results</h2><div class=\"wide\"><table><tr><th class=\"t\">data</th><th>seed</th><th class=\"t\">method</th><th class=\"t\">decoding</th><th>success</th>");
        html.Append("<th>syntax</th><th>mean return</th><th>reached</th><th>episodes</th><th>CPU s</th><th>steps</th></tr>");
        foreach (SummaryResult row in data.Results)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"t\">{Escape(row.Data)}</td><td>{row.Seed}</td><td class=\"t\">{row.Method}</td><td class=\"t\">{row.Decoding}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{100 * row.SuccessRate:f1}%</td><td>{100 * row.SyntaxAccuracy:f1}%</td><td>{row.MeanReturn:f3}</td><td>{100 * row.ReachedRate:f1}%</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{row.Episodes}</td><td>{row.TrainCpuSeconds:f1}</td><td>{row.TrainSteps}</td></tr>");
        }
        html.Append("</table></div><p>Success is the environment's own: in Gym Cards the sum of an episode's rewards is positive, so in NumberLine only a shortest path counts; ");
        html.Append("<em>reached</em> counts every episode that the environment ended itself. Syntax is the share of replies that parsed.</p>");
    }

    private static void Samples(StringBuilder html, ReportData data)
    {
        html.Append("<h2>Sample turns</h2><p>Turns of the training data, token by token: π(a|s) of the actor, Q(s,a) and V(s) of the critic, the advantage A = Q − V, ");
        html.Append("and whether the filter lets the actor imitate the token.</p>");
        foreach (SampleTurn turn in data.Samples)
        {
            html.Append($"<div class=\"turn\"><img alt=\"observation\" src=\"data:image/png;base64,{Convert.ToBase64String(turn.Png)}\"><div class=\"wide\"><strong>{Escape(turn.Label)}</strong>");
            html.Append(CultureInfo.InvariantCulture, $"<pre>{Escape(turn.Prompt)}</pre><p>reward {turn.Reward:g4}, {(turn.Valid ? "parsed" : "did not parse")}</p>");
            html.Append("<table><tr><th class=\"t\">token</th><th>π</th><th>Q</th><th>V</th><th>A</th><th class=\"t\">filter</th></tr>");
            foreach (SampleToken token in turn.Tokens)
            {
                html.Append($"<tr{(token.Kept ? "" : " class=\"dropped\"")}><td class=\"t\"><code>{Escape(Visible(token.Text))}</code></td>");
                html.Append(CultureInfo.InvariantCulture, $"<td>{token.Probability:f3}</td><td>{token.Q:f3}</td><td>{token.V:f3}</td><td>{token.Advantage:+0.000;−0.000}</td>");
                html.Append($"<td class=\"t\">{(token.Kept ? "kept" : "dropped")}</td></tr>");
            }
            html.Append("</table></div></div>");
        }
    }

    private static string Visible(string text) => text.Replace(' ', '␣').ReplaceLineEndings("⏎");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
