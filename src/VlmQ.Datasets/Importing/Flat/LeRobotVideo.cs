using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>LeRobot keeps pictures in videos unless it is told not to; this finds out, so that the fault can say what to do.</summary>
internal static class LeRobotVideo
{
    private const string Remedy =
        "write the dataset again with pictures (LeRobot: use_videos=False), or the frames as PNG files whose paths stand in a column";

    private const int LargestInfo = 1 << 22;

    /// <summary>Whether a path is that of a video.</summary>
    public static bool IsVideo(string path) => Path.GetExtension(path) is ".mp4" or ".mkv" or ".avi" or ".webm" or ".mov";

    /// <summary>The fault of a picture that is a frame of a video.</summary>
    public static Fault FaultOf(string where) => Fault.Data("its picture is a frame of a video, and videos are not read", where, Remedy);

    /// <summary>The fault of a column that is missing because the dataset's <c>meta/info.json</c> calls it a video; null where it does not.</summary>
    public static Fault? FaultOf(string file, string column)
    {
        if (NearbyFile.Find(file, Path.Combine("meta", "info.json")) is not { } info || new FileInfo(info).Length > LargestInfo)
        {
            return null;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(info));
            bool isVideo =
                document.RootElement.TryGetProperty("features", out JsonElement features)
                && features.TryGetProperty(column, out JsonElement feature)
                && feature.TryGetProperty("dtype", out JsonElement type)
                && type.ValueEquals("video");
            return isVideo ? Fault.Configuration($"'{column}' is a video, as {info} says, and videos are not read", file, Remedy) : null;
        }
        // What is no such file of LeRobot's says nothing about videos.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException || StorageFaults.IsStorage(exception))
        {
            return null;
        }
    }
}
