using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>The file of weights as the disk and the system's page cache give it.</summary>
internal static class WeightsOnDisk
{
    private const int NotNeeded = 4;

    /// <summary>Reads a file front to back and forgets it: seconds.</summary>
    public static double Read(string path)
    {
        byte[] piece = new byte[16 << 20];
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long start = TimeProvider.System.GetTimestamp();
        long offset = 0;
        for (int read; (read = RandomAccess.Read(file, piece, offset)) > 0; )
        {
            offset += read;
        }
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Has the system drop its copy of a file that is on the disk already and that nobody maps; false where it cannot be asked.</summary>
    public static bool Drop(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        using SafeFileHandle file = File.OpenHandle(path);
        return Advise(file, 0, 0, NotNeeded) == 0;
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
