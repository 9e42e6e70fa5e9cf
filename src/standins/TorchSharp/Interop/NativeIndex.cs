using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>One index of <c>tensor[…]</c>, as <c>native/tensors.cpp</c> reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeIndex
{
    public const long None = 0;
    public const long Ellipsis = 1;
    public const long Integer = 2;
    public const long Boolean = 3;
    public const long Slice = 4;
    public const long OfTensor = 5;

    public long Kind;
    public long Start;
    public long Stop;
    public long Step;
    public long Given;
    public nint Handle;
}
