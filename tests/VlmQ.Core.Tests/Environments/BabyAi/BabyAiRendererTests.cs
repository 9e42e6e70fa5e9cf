using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.Rendering;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Imaging;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Environments.BabyAi;

[Trait("Category", "Golden")]
public class BabyAiRendererTests
{
    private static readonly Instruction RedBall = new Instruction.GoTo(new Descriptor(ObjectType.Ball, ObjectColor.Red));

    [Fact]
    public void Every_golden_picture_is_drawn_pixel_by_pixel()
    {
        int pictures = 0;
        foreach (JsonElement render in Renders())
        {
            BabyAiState state = RecordedBabyAi.State(render.GetProperty("state"), RedBall);
            foreach (JsonElement picture in render.GetProperty("images").EnumerateArray())
            {
                string file = picture.GetProperty("file").GetString()!;
                BabyAiRenderer renderer = new(picture.GetProperty("tile_size").GetInt32());
                bool highlight = picture.GetProperty("highlight").GetBoolean();
                bool full = picture.GetProperty("view").GetString() == "full";
                RgbImage drawn = full ? renderer.FullView(state, highlight) : renderer.AgentView(state, highlight);
                Assert.Equal((file, 0), (file, LargestDifference(file, drawn)));
                pictures++;
            }
        }
        Assert.True(pictures >= 39, $"{pictures} pictures");
    }

    [Fact]
    public void Views_and_visibility_masks_equal_the_recorded_ones()
    {
        foreach (JsonElement render in Renders())
        {
            BabyAiState state = RecordedBabyAi.State(render.GetProperty("state"), RedBall);
            byte[] seen = new byte[PartialView.EncodedBytes];
            BabyAiWorld.Encode(state, seen);
            Assert.Equal(render.GetProperty("obs_image").GetBytesFromBase64(), seen);
            ulong visible = PartialView.Read(state.Grid, state.Pose, state.Hand, new Cell[PartialView.Cells]);
            JsonElement rows = render.GetProperty("visible");
            for (int i = 0; i < PartialView.Cells; i++)
            {
                bool marked = rows[i / PartialView.Size].GetString()![i % PartialView.Size] == '1';
                Assert.Equal(marked, ((visible >> i) & 1) != 0);
            }
        }
    }

    private static IEnumerable<JsonElement> Renders() =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.PathOf("babyai", "render", "renders.json"))).RootElement.EnumerateArray();

    private static int LargestDifference(string file, RgbImage drawn)
    {
        using Image<Rgb24> expected = Image.Load<Rgb24>(File.ReadAllBytes(Fixtures.PathOf("babyai", "render", file)));
        Assert.Equal((file, expected.Width, expected.Height), (file, drawn.Width, drawn.Height));
        byte[] pixels = new byte[drawn.Pixels.Length];
        expected.CopyPixelDataTo(pixels);
        int largest = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(pixels[i] - drawn.Pixels[i]));
        }
        return largest;
    }
}
