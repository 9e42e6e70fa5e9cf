using System.Globalization;

namespace VlmQ.Cli.Terminal;

/// <summary>Rate and time left of one piece of work.</summary>
internal sealed class ProgressMeter(string name, long? total, string unit, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>For example <c>train: 400/900 steps (44%), 55.1 steps/s, 9 s left, loss 0.31</c>.</summary>
    public string Line(long done, string note)
    {
        double seconds = Math.Max(Elapsed.TotalSeconds, 1e-9);
        double rate = done / seconds;
        string text = total is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: {done:n0}/{all:n0} {unit} ({100.0 * done / Math.Max(1, all):f0}%)")
            : string.Create(CultureInfo.InvariantCulture, $"{name}: {done:n0} {unit}");
        text += string.Create(CultureInfo.InvariantCulture, $", {rate:#,##0.#} {unit}/s");
        if (total is { } end && done > 0 && done < end)
        {
            text += $", {Duration(TimeSpan.FromSeconds((end - done) / rate))} left";
        }
        return note.Length == 0 ? text : $"{text}, {note}";
    }

    /// <summary>For example <c>45 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f1} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f0} s"),
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{(int)time.TotalHours} h {time.Minutes} min",
    };
}
