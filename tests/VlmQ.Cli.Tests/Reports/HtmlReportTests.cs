using System.Xml.Linq;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Reports;

namespace VlmQ.Cli.Tests.Reports;

public class HtmlReportTests
{
    private static readonly ReportData Data = new(
        "numberline <script>",
        "What was run.",
        [
            new SummaryResult(
                "gym_cards/NumberLine-v0",
                "noisy",
                "afsft",
                1,
                "sample",
                0.991,
                0.998,
                new Dictionary<string, long> { ["no_json"] = 12 },
                0.98,
                1,
                1000,
                51.2,
                900
            ),
        ],
        [
            new Chart("Loss", "nats", [new ChartSeries("sft", 0, [(0, 3), (9, double.NaN)]), new ChartSeries("afsft", 1, [(0, 2.5)])]),
            new Chart("Empty", "", []),
        ],
        [
            new SampleTurn(
                "noisy, seed 3",
                [1, 2, 3],
                "Number line.",
                -1,
                false,
                [new SampleToken("{\"", 0.5, -1, -0.5, -0.5, false), new SampleToken(" \"", 0.9, 0, -0.5, 0.5, true)]
            ),
        ],
        [("version", "0.1.0")]
    );

    [Fact]
    public void The_page_asks_nothing_of_any_other_place()
    {
        string html = HtmlReport.Render(Data);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,AQID", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_and_tokens_are_shown()
    {
        string html = HtmlReport.Render(Data);
        Assert.Contains("99.1%", html, StringComparison.Ordinal);
        Assert.Contains("<code class=\"dropped\">{&quot;</code>", html, StringComparison.Ordinal);
        Assert.Contains("<code class=\"kept\">␣&quot;</code>", html, StringComparison.Ordinal);
        Assert.Contains("<td>−1.000</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_are_well_formed_and_leave_out_what_is_not_finite()
    {
        foreach (Chart chart in Data.Charts)
        {
            string svg = SvgChart.Render(chart);
            XElement.Parse(svg);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        }
    }
}
