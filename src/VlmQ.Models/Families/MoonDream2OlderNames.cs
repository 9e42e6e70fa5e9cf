namespace VlmQ.Models.Families;

/// <summary>
/// The names under which checkpoints hold the arrays of MoonDream2 2025-06-21 beside the official ones: those of the releases before
/// the code was rewritten, and those of an export of the inner model, without <c>model.</c> in front.
/// </summary>
internal static class MoonDream2OlderNames
{
    private const string Official = "model.";

    // In this order: a longer piece comes before the shorter ones that it holds.
    private static readonly (string Old, string New)[] Pieces =
    [
        ("vision_encoder.encoder.model.visual.patch_embed.linear.", "vision.patch_emb."),
        ("vision_encoder.encoder.model.visual.pos_embed", "vision.pos_emb"),
        ("vision_encoder.encoder.model.visual.norm.", "vision.post_ln."),
        ("vision_encoder.encoder.model.visual.", "vision."),
        ("vision_encoder.projection.mlp.", "vision.proj_mlp."),
        ("text_model.transformer.embd.wte.weight", "text.wte"),
        ("text_model.transformer.h.", "text.blocks."),
        ("text_model.lm_head.ln.", "text.post_ln."),
        ("text_model.lm_head.linear.", "text.lm_head."),
        ("region_model.coordinate_features.weight", "region.coord_features"),
        ("region_model.size_features.weight", "region.size_features"),
        ("region_model.coordinate_encoder.", "region.coord_encoder."),
        ("region_model.coordinate_decoder.", "region.coord_decoder."),
        ("region_model.", "region."),
    ];

    private static readonly (string Old, string New)[] Layers =
    [
        (".norm1.", ".ln1."),
        (".norm2.", ".ln2."),
        (".mixer.Wqkv.", ".attn.qkv."),
        (".mixer.out_proj.", ".attn.proj."),
    ];

    /// <summary>The official name of a stored one; a name that is none of these stays as it is.</summary>
    public static OfficialName Translate(string stored)
    {
        string name = stored.Replace("_orig_mod.", "", StringComparison.Ordinal);
        foreach ((string old, string @new) in Pieces)
        {
            if (name.StartsWith(old, StringComparison.Ordinal))
            {
                string rest = name[old.Length..];
                string whole = Official + @new + rest;
                foreach ((string oldPiece, string newPiece) in Layers)
                {
                    whole = whole.Replace(oldPiece, newPiece, StringComparison.Ordinal);
                }
                // The feature matrices were linear layers then, so they lie the other way round.
                return new OfficialName(whole, Transposed: old.EndsWith("_features.weight", StringComparison.Ordinal));
            }
        }
        bool isInner =
            name.StartsWith("vision.", StringComparison.Ordinal)
            || name.StartsWith("text.", StringComparison.Ordinal)
            || name.StartsWith("region.", StringComparison.Ordinal);
        return new OfficialName(isInner ? Official + name : name);
    }
}
