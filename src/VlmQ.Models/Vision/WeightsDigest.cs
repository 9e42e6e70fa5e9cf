using System.Security.Cryptography;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VlmQ.Models.Vision;

/// <summary>What the weights of a vision tower are recognised by.</summary>
internal static class WeightsDigest
{
    /// <summary>The beginning of the SHA-256 over all weights in the order of their names, in hexadecimal.</summary>
    public static string Of(IEnumerable<(string Name, Parameter Parameter)> weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Parameter parameter) in weights.OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            using Tensor local = parameter.detach().cpu().contiguous();
            hash.AppendData(local.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
