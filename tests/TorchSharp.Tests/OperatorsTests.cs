using System.Reflection;
using TorchSharp;

namespace TorchSharp.Tests;

public sealed class OperatorsTests
{
    [Fact]
    public void Libtorch_has_every_operator_in_use()
    {
        var table = typeof(torch).Assembly.GetType("TorchSharp.Operators", throwOnError: true)!;
        var missing = table
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.GetValue(null) is nint and 0)
            .Select(field => field.Name);
        Assert.Empty(missing.Except(["scaled_dot_product_attention"])); // Came with libtorch 2.0.
    }
}
