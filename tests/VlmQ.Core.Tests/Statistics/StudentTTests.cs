using VlmQ.Core.Statistics;

namespace VlmQ.Core.Tests.Statistics;

public class StudentTTests
{
    /// <summary>The table of t at 0.975 in every textbook, for example NIST/SEMATECH's handbook of statistical methods, 1.3.6.7.2.</summary>
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(3, 3.182)]
    [InlineData(4, 2.776)]
    [InlineData(5, 2.571)]
    [InlineData(6, 2.447)]
    [InlineData(9, 2.262)]
    [InlineData(10, 2.228)]
    [InlineData(15, 2.131)]
    [InlineData(20, 2.086)]
    [InlineData(29, 2.045)]
    [InlineData(30, 2.042)]
    [InlineData(60, 2.000)]
    [InlineData(100, 1.984)]
    [InlineData(120, 1.980)]
    [InlineData(1_000, 1.962)]
    [InlineData(1_000_000_000_000, 1.960)]
    public void It_is_that_of_published_tables(long degrees, double t) => Assert.Equal(t, StudentT.TwoSided95(degrees), 5.1e-4);

    [Fact]
    public void It_falls_without_a_step_where_one_way_of_computing_follows_the_other()
    {
        double[] values = [.. Enumerable.Range(90, 20).Select(degrees => StudentT.TwoSided95(degrees))];
        double[] falls = [.. values.Zip(values.Skip(1), (here, next) => here - next)];
        Assert.All(falls, fall => Assert.InRange(fall, 1e-4, 4e-4));
        Assert.Equal(falls.OrderDescending(), falls);
    }

    [Fact]
    public void It_needs_a_degree_of_freedom() => Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.TwoSided95(0));
}
