using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing;

/// <summary>An episode that is still to be made; making it is the costly part and can be done beside others.</summary>
/// <param name="Id">What to call it where it cannot be made.</param>
/// <param name="Pictures">Loads its pictures.</param>
/// <param name="Draft">Makes the draft; a pure function.</param>
internal sealed record ImportItem(string Id, PictureLoader Pictures, Func<Result<EpisodeDraft>> Draft);
