using System.Xml.Linq;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Reports;
using VlmQ.Core.Statistics;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Tests.Reports;

public class HtmlReportTests
{
    private static readonly ReportData Data = new(
        "numberline <script>",
        "What was run.",
        [
            new SummaryResult
            {
                Env = "gym_cards/NumberLine-v0",
                Data = "noisy",
                Method = "afsft",
                Seed = 1,
                Decoding = "sample",
                SuccessRate = 0.991,
                SuccessRateInterval = new Interval(0.983, 0.9952),
                SyntaxAccuracy = 0.998,
                Failures = new Dictionary<string, long> { ["no_json"] = 12 },
                MeanReturn = -0.98,
                MeanReturnInterval = new Interval(-1.02, -0.94),
                ReachedRate = 1,
                Episodes = 1000,
                TrainCpuSeconds = 51.2,
                TrainSteps = 900,
                GoalTypes = new Dictionary<string, RolloutSummary>
                {
                    ["distance_<5>"] = new() { SuccessRate = 0.875, SuccessRateInterval = new Interval(0.7, 0.9) },
                },
            },
        ],
        [
            new CollectedReplies(
                "noisy <1>",
                3,
                new ReplyFacts("e", "noisy", 50, 0.9, new Interval(0.8, 0.95), new Dictionary<string, long> { ["unknown_action"] = 5 }, 0)
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
        Assert.Contains("<td>99.1% <small>[98.3, 99.5]</small></td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>−0.980 <small>[−1.020, −0.940]</small></td>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<td class=\"t\">distance &lt;5&gt;</td><td>87.5% <small>[70.0, 90.0]</small></td>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains("<th>no json</th>", html, StringComparison.Ordinal);
        Assert.Contains("<code class=\"dropped\">{&quot;</code>", html, StringComparison.Ordinal);
        Assert.Contains("<code class=\"kept\">␣&quot;</code>", html, StringComparison.Ordinal);
        Assert.Contains("<td>−1.000</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_replies_of_the_collected_data_have_a_table_of_their_own()
    {
        const string Table =
            "<h2>Replies of the collected data</h2><div class=\"wide\"><table><tr><th class=\"t\">data</th><th class=\"t\">seed</th>"
            + "<th class=\"t\">policy</th><th>replies</th><th>syntax</th><th>unknown action</th></tr><tr><td class=\"t\">noisy &lt;1&gt;</td>"
            + "<td class=\"t\">3</td><td class=\"t\">noisy</td><td>50</td><td>90.0% [80.0, 95.0]</td><td>5</td></tr></table></div>";
        Assert.Contains(Table, HtmlReport.Render(Data), StringComparison.Ordinal);
        Assert.DoesNotContain("collected data", HtmlReport.Render(Data with { Collected = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_of_nothing_is_left_out_and_a_single_point_is_seen()
    {
        string html = HtmlReport.Render(Data);
        Assert.Contains("<figcaption>Loss</figcaption>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<figcaption>Empty</figcaption>", html, StringComparison.Ordinal);
        Assert.Equal(2, SvgChart.Render(Data.Charts[0]).Split("<circle").Length - 1);
        Assert.DoesNotContain("<circle", SvgChart.Render(Data.Charts[1]), StringComparison.Ordinal);
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
