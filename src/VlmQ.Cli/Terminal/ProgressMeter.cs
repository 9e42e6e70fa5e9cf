using System.Globalization;

namespace VlmQ.Cli.Terminal;

/// <summary>Rate and time left of one piece of work.</summary>
/// <param name="name">What is being done.</param>
/// <param name="total">How much there is to do; null when unknown.</param>
/// <param name="unit">Of what, in the plural.</param>
/// <param name="from">How much was done before the clock was started.</param>
/// <param name="clock">The clock.</param>
internal sealed class ProgressMeter(string name, long? total, string unit, long from, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>For example <c>train: 400/900 steps (44%), 55.1 steps/s, 9 s left, loss 0.31</c>.</summary>
    public string Line(long done, string note)
    {
        double rate = RateOf(done);
        string text = total is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: {done:n0}/{all:n0} {unit} ({100.0 * done / Math.Max(1, all):f0}%)")
            : string.Create(CultureInfo.InvariantCulture, $"{name}: {done:n0} {unit}");
        text += Rate(rate);
        if (total is { } end && rate > 0 && done < end)
        {
            text += $", {Duration(TimeSpan.FromSeconds((end - done) / rate))} left";
        }
        return note.Length == 0 ? text : $"{text}, {note}";
    }

    /// <summary>For example <c>train: 900 steps in 16 s, 55.1 steps/s, loss 0.12</c>.</summary>
    public string End(long done, string note)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{name}: {done:n0} {unit} in {Duration(Elapsed)}") + Rate(RateOf(done));
        return note.Length == 0 ? text : $"{text}, {note}";
    }

    /// <summary>For example <c>45 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f1} s"),
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f0} s"),
            { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => $"{(int)time.TotalHours} h {time.Minutes} min",
        };

    private double RateOf(long done) => (done - from) / Math.Max(Elapsed.TotalSeconds, 1e-9);

    private string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $", {rate:#,##0.#} {unit}/s");
}
