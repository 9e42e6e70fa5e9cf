using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.GymCards.Drawing;

/// <summary>The table of Blackjack: the dealer's open card beside a card back, the player's cards below.</summary>
internal sealed class BlackjackPicture
{
    private const int Size = 300;
    private const int CardWidth = 70;
    private const int CardHeight = 98;
    private const int Left = 5;
    private const int DealerTop = 25;
    private const int BackLeft = 78;
    private const int PlayerTop = 150;
    private const int Gap = 4;

    // The fifth of a row lies outside the picture, as in the reference.
    private const int CardsInRow = 5;

    private readonly CardSprites _cards = new(CardWidth, CardHeight);

    private readonly Lazy<RgbImage> _table = new(() =>
        new Canvas(Size, Size, CardDrawing.Table)
            .DrawText("Dealer", Left, 5, 16, RgbColor.White, TextWeight.Bold)
            .DrawText("Player", Left, 130, 16, RgbColor.White, TextWeight.Bold)
            // The dealer's second card stays covered after the game is over.
            .DrawImage(CardDrawing.Reverse(CardWidth, CardHeight), BackLeft, DealerTop)
            .TakeImage()
    );

    /// <summary>Draws a state.</summary>
    public RgbImage Draw(BlackjackState state) => new(Size, Size, pixels => Draw(state, pixels));

    private void Draw(BlackjackState state, Span<byte> pixels)
    {
        _table.Value.CopyTo(pixels);
        PixelArea area = new(pixels, Size, Size);
        area.Copy(_cards[state.Dealer[0]], Left, DealerTop);
        for (int i = 0; i < state.Player.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, CardsInRow);
            area.Copy(_cards[state.Player[i]], Left + (column * (CardWidth + Gap)), PlayerTop + (row * (CardHeight + Gap)));
        }
    }
}
