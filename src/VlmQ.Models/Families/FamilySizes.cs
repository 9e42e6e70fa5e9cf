namespace VlmQ.Models.Families;

/// <summary>Rules that the sizes of every family keep.</summary>
internal static class FamilySizes
{
    /// <summary>The sizes, if the heads divide the width evenly.</summary>
    /// <param name="section">Where they come from, for the fault.</param>
    /// <param name="headsKey">The key of the number of heads.</param>
    /// <param name="sizes">The sizes.</param>
    public static TransformerSizes Divided(ConfigSection section, string headsKey, TransformerSizes sizes) =>
        sizes.Width % sizes.Heads != 0 ? throw section.Refuse(headsKey, $"is {sizes.Heads}, which does not divide the width {sizes.Width}")
        : sizes.Heads % sizes.KeyValueHeads != 0
            ? throw section.Refuse(headsKey, $"is {sizes.Heads}, no multiple of the {sizes.KeyValueHeads} heads of keys and values")
        : sizes;
}
