using VlmQ.Core.Environments.GymCards.Formulas;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class ExpressionTests
{
    [Theory]
    [InlineData("24", 24)]
    [InlineData("110", 110)]
    [InlineData("9 +3", 12)]
    [InlineData(" 9+3 ", 12)]
    [InlineData("2**3**2", 512)]
    [InlineData("-2**2", -4)]
    [InlineData("2**-1", 0.5)]
    [InlineData("--3", 3)]
    [InlineData("-+-3*2", 6)]
    [InlineData("7//2*3", 9)]
    [InlineData("-7//2", -4)]
    [InlineData("1//(1/10)", 9)]
    [InlineData("8/(3-8/3)", 23.99999999999999)]
    [InlineData("5*(5-1/5)", 24)]
    [InlineData("(10*10-4)/4", 24)]
    [InlineData("2*(3+(4))", 14)]
    public void Formulas_have_the_value_that_the_reference_gives_them(string text, double value) =>
        Assert.Equal(value, Expression.Evaluate(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1 0")]
    [InlineData("2* *3")]
    [InlineData("7/ /2")]
    [InlineData("2(3)")]
    [InlineData("(2)(3)")]
    [InlineData("(2)3")]
    [InlineData("()")]
    [InlineData("(2")]
    [InlineData("2)")]
    [InlineData("2+")]
    [InlineData("*2")]
    [InlineData("2***3")]
    [InlineData("1/0")]
    [InlineData("1//0")]
    [InlineData("(1-1)**-1")]
    [InlineData("10**10**10")]
    [InlineData("(1-2)**(1/2)")]
    public void What_is_no_formula_or_not_finite_has_none(string text) => Assert.Null(Expression.Evaluate(text));
}
