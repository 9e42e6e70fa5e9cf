using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The options of one Adam or AdamW step, as <c>native/optimizers.cpp</c> reads them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamSettings
{
    public double LearningRate;
    public double Beta1;
    public double Beta2;
    public double Epsilon;
    public double WeightDecay;
    public int Decoupled;
    public int AmsGrad;
    public int Maximize;
}
