namespace VlmQ.Core.Episodes;

/// <summary>A value, or the <see cref="Fault"/> that kept it from being made.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public abstract record Result<T>
{
    private Result() { }

    /// <summary>The value was made.</summary>
    public sealed record Ok(T Value) : Result<T>;

    /// <summary>It was not.</summary>
    public sealed record Failed(Fault Fault) : Result<T>;

    /// <summary>Wraps a value.</summary>
    public static implicit operator Result<T>(T value) => new Ok(value);

    /// <summary>Wraps a fault.</summary>
    public static implicit operator Result<T>(Fault fault) => new Failed(fault);

    /// <summary>Applies a function to the value, or passes the fault on.</summary>
    public Result<TOther> Map<TOther>(Func<T, TOther> function) =>
        this switch
        {
            Ok ok => new Result<TOther>.Ok(function(ok.Value)),
            Failed failed => new Result<TOther>.Failed(failed.Fault),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>Applies a function that may fail in its turn.</summary>
    public Result<TOther> Bind<TOther>(Func<T, Result<TOther>> function) =>
        this switch
        {
            Ok ok => function(ok.Value),
            Failed failed => new Result<TOther>.Failed(failed.Fault),
            _ => throw new InvalidOperationException(),
        };

    /// <summary>The value.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public T OrThrow() =>
        this switch
        {
            Ok ok => ok.Value,
            Failed failed => throw new FaultException(failed.Fault),
            _ => throw new InvalidOperationException(),
        };
}
