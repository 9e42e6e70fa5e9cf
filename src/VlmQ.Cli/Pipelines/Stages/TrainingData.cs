using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>A dataset of transitions to train on.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Weight">Its share of the windows among the training's datasets; positive; they need not add up to 1.</param>
/// <param name="Follow">Whether parts that are added meanwhile are trained on as well, from the next pass on.</param>
internal sealed record TrainingData(string Location, double Weight = 1, bool Follow = false)
{
    /// <summary>Reads <c>DATASET</c> or <c>DATASET=WEIGHT</c>. A folder of that whole name is a dataset, whatever is in its name.</summary>
    public static Result<TrainingData> Parse(string text, bool follow)
    {
        int sign = text.LastIndexOf('=');
        if (sign < 0 || (!S3Location.IsMeant(text) && Directory.Exists(text)))
        {
            return new TrainingData(text, Follow: follow);
        }
        bool isNumber = double.TryParse(text.AsSpan(sign + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight);
        return sign > 0 && isNumber && weight > 0 && double.IsFinite(weight)
            ? new TrainingData(text[..sign], weight, follow)
            : Fault.Configuration("the weight after '=' is not a positive number", text, "write DATASET=0.7, or DATASET alone");
    }

    /// <summary>Opens it. One whose run has not come to its end is refused, unless it is followed.</summary>
    /// <param name="token">Stops it.</param>
    public Result<StreamSource> Open(CancellationToken token) =>
        TransitionDataset
            .OpenReader(Location, new DatasetReaderOptions { AllowIncomplete = Follow }, token)
            .Map(reader => new StreamSource(reader, Weight) { Follow = Follow });
}
