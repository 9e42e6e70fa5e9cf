namespace TorchSharp;

/// <summary>How a tensor is written as text: what it is alone, or its elements too.</summary>
public enum TensorStringStyle
{
    Metadata,
    Julia,
    Numpy,
    CSharp,
    Default,
}
