namespace VlmQ.Datasets.Columns;

/// <summary>Work that is the same for both kinds of dataset.</summary>
/// <typeparam name="TResult">What it makes.</typeparam>
internal interface IFormatWork<TResult>
{
    /// <summary>Does the work on a dataset of one kind.</summary>
    Task<TResult> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec);
}
