namespace VlmQ.Core.Imaging;

/// <summary>
/// Resizes pictures of any size to one size as Pillow's <c>BICUBIC</c> does. Pictures that come together mostly have one size: the plan of
/// the last one is kept. Safe from several threads.
/// </summary>
/// <param name="newWidth">Pixels in a row of the results, at least 1.</param>
/// <param name="newHeight">Rows of the results, at least 1.</param>
public sealed class BicubicFitter(int newWidth, int newHeight)
{
    private ResamplingPlan? _last;

    /// <summary>The plan for pictures of a size. Threads that meet another size at once make their plans each for themselves.</summary>
    public ResamplingPlan PlanOf(int width, int height)
    {
        ResamplingPlan? plan = _last;
        if (plan is null || plan.Width != width || plan.Height != height)
        {
            plan = ResamplingPlan.Bicubic(width, height, newWidth, newHeight);
            _last = plan;
        }
        return plan;
    }
}
