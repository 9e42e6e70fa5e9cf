namespace VlmQ.Collection.Policies;

/// <summary>How long a mixture keeps to the policy that it drew.</summary>
public enum MixtureUnit
{
    /// <summary>For a whole episode.</summary>
    Episode,

    /// <summary>For one turn.</summary>
    Turn,
}
