namespace VlmQ.Models.Kernels;

/// <summary>In which precision matrix products read their two factors. Everything else is computed in the tensors' own type.</summary>
public enum Precision
{
    /// <summary>The factors as they are.</summary>
    Full,

    /// <summary>Both factors rounded to bfloat16, sums kept in float32 or wider.</summary>
    BFloat16,
}
