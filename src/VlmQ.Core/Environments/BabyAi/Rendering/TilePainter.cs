using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments.BabyAi.Rendering;

/// <summary>Paints one tile as Minigrid does, pixel by pixel the same (environments.md §9): three times too large, then reduced.</summary>
internal sealed class TilePainter
{
    private const int Oversampling = 3;
    private const double HighlightShare = 0.3;
    private const int Channels = 3;

    private readonly int _tileSize;
    private readonly int _side;
    private readonly byte[] _canvas;

    private TilePainter(int tileSize)
    {
        _tileSize = tileSize;
        _side = tileSize * Oversampling;
        _canvas = new byte[_side * _side * Channels];
    }

    /// <summary>The tile's pixels, <c>[size, size, 3]</c>.</summary>
    /// <param name="cell">What lies there; a cell out of sight looks empty.</param>
    /// <param name="agent">Where the agent in the cell looks; null where it is elsewhere.</param>
    /// <param name="highlight">The cell is in the agent's sight.</param>
    /// <param name="tileSize">Pixels along a side.</param>
    public static byte[] Paint(Cell cell, Direction? agent, bool highlight, int tileSize)
    {
        TilePainter painter = new(tileSize);
        RgbColor line = Rgb(ObjectColor.Grey);
        painter.Rectangle(0, 0.031, 0, 1, line);
        painter.Rectangle(0, 1, 0, 0.031, line);
        painter.Draw(cell);
        if (agent is { } direction)
        {
            painter.Agent(direction);
        }
        if (highlight)
        {
            foreach (ref byte value in painter._canvas.AsSpan())
            {
                value = (byte)(value + (HighlightShare * (255 - value)));
            }
        }
        return painter.Reduce();
    }

    private void Draw(Cell cell)
    {
        RgbColor color = Rgb(cell.Color);
        switch (cell.Type)
        {
            case ObjectType.Wall or ObjectType.Goal:
                Rectangle(0, 1, 0, 1, color);
                break;
            case ObjectType.Floor:
                Rectangle(0.031, 1, 0.031, 1, Scaled(color, 0.5));
                break;
            case ObjectType.Lava:
                Lava();
                break;
            case ObjectType.Door:
                Door(cell.State, color);
                break;
            case ObjectType.Key:
                Rectangle(0.50, 0.63, 0.31, 0.88, color);
                Rectangle(0.38, 0.50, 0.59, 0.66, color);
                Rectangle(0.38, 0.50, 0.81, 0.88, color);
                Circle(0.56, 0.28, 0.190, color);
                Circle(0.56, 0.28, 0.064, RgbColor.Black);
                break;
            case ObjectType.Ball:
                Circle(0.5, 0.5, 0.31, color);
                break;
            case ObjectType.Box:
                Rectangle(0.12, 0.88, 0.12, 0.88, color);
                Rectangle(0.18, 0.82, 0.18, 0.82, RgbColor.Black);
                Rectangle(0.16, 0.84, 0.47, 0.53, color);
                break;
            default:
                break;
        }
    }

    private void Door(DoorState state, RgbColor color)
    {
        switch (state)
        {
            case DoorState.Open:
                Rectangle(0.88, 1.00, 0, 1, color);
                Rectangle(0.92, 0.96, 0.04, 0.96, RgbColor.Black);
                break;
            case DoorState.Locked:
                Rectangle(0, 1, 0, 1, color);
                Rectangle(0.06, 0.94, 0.06, 0.94, Scaled(color, 0.45));
                Rectangle(0.52, 0.75, 0.50, 0.56, color);
                break;
            default:
                Rectangle(0, 1, 0, 1, color);
                Rectangle(0.04, 0.96, 0.04, 0.96, RgbColor.Black);
                Rectangle(0.08, 0.92, 0.08, 0.92, color);
                Rectangle(0.12, 0.88, 0.12, 0.88, RgbColor.Black);
                Circle(0.75, 0.50, 0.08, color);
                break;
        }
    }

    private void Lava()
    {
        const double Radius = 0.03;
        Rectangle(0, 1, 0, 1, new RgbColor(255, 128, 0));
        for (int wave = 0; wave < 3; wave++)
        {
            double low = 0.3 + (0.2 * wave);
            double high = 0.4 + (0.2 * wave);
            Stroke(0.1, low, 0.3, high, Radius);
            Stroke(0.3, high, 0.5, low, Radius);
            Stroke(0.5, low, 0.7, high, Radius);
            Stroke(0.7, high, 0.9, low, Radius);
        }
    }

    private void Agent(Direction direction)
    {
        double angle = -0.5 * Math.PI * (int)direction;
        (double sine, double cosine) = (Math.Sin(angle), Math.Cos(angle));
        Fill(
            (x, y) =>
            {
                (double dx, double dy) = (x - 0.5, y - 0.5);
                return IsInTriangle(0.5 + (dx * cosine) - (dy * sine), 0.5 + (dy * cosine) + (dx * sine));
            },
            Rgb(ObjectColor.Red)
        );
    }

    // Barycentric coordinates of the triangle A (0.12, 0.19), B (0.87, 0.50), C (0.12, 0.81).
    private static bool IsInTriangle(double x, double y)
    {
        const double AX = 0.12;
        const double AY = 0.19;
        (double v0X, double v0Y) = (0.12 - AX, 0.81 - AY);
        (double v1X, double v1Y) = (0.87 - AX, 0.50 - AY);
        (double v2X, double v2Y) = (x - AX, y - AY);
        double dot00 = (v0X * v0X) + (v0Y * v0Y);
        double dot01 = (v0X * v1X) + (v0Y * v1Y);
        double dot02 = (v0X * v2X) + (v0Y * v2Y);
        double dot11 = (v1X * v1X) + (v1Y * v1Y);
        double dot12 = (v1X * v2X) + (v1Y * v2Y);
        double scale = 1 / ((dot00 * dot11) - (dot01 * dot01));
        double u = ((dot11 * dot02) - (dot01 * dot12)) * scale;
        double w = ((dot00 * dot12) - (dot01 * dot02)) * scale;
        return u >= 0 && w >= 0 && u + w < 1;
    }

    private void Rectangle(double left, double right, double top, double bottom, RgbColor color) =>
        Fill((x, y) => x >= left && x <= right && y >= top && y <= bottom, color);

    private void Circle(double centerX, double centerY, double radius, RgbColor color) =>
        Fill((x, y) => ((x - centerX) * (x - centerX)) + ((y - centerY) * (y - centerY)) <= radius * radius, color);

    private void Stroke(double x0, double y0, double x1, double y1, double radius)
    {
        double length = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0)));
        (double unitX, double unitY) = ((x1 - x0) / length, (y1 - y0) / length);
        Fill(
            (x, y) =>
            {
                bool inBox =
                    x >= Math.Min(x0, x1) - radius
                    && x <= Math.Max(x0, x1) + radius
                    && y >= Math.Min(y0, y1) - radius
                    && y <= Math.Max(y0, y1) + radius;
                double along = Math.Clamp(((x - x0) * unitX) + ((y - y0) * unitY), 0, length);
                (double dx, double dy) = (x - x0 - (along * unitX), y - y0 - (along * unitY));
                return inBox && Math.Sqrt((dx * dx) + (dy * dy)) <= radius;
            },
            RgbColor.Black
        );
    }

    private void Fill(Func<double, double, bool> contains, RgbColor color)
    {
        for (int row = 0; row < _side; row++)
        {
            double y = (row + 0.5) / _side;
            for (int column = 0; column < _side; column++)
            {
                if (contains((column + 0.5) / _side, y))
                {
                    int at = ((row * _side) + column) * Channels;
                    (_canvas[at], _canvas[at + 1], _canvas[at + 2]) = (color.R, color.G, color.B);
                }
            }
        }
    }

    // The mean of three along x, then of three rows, in doubles and in this order: the cut to an integer makes the order visible.
    private byte[] Reduce()
    {
        byte[] tile = new byte[_tileSize * _tileSize * Channels];
        for (int i = 0; i < tile.Length; i++)
        {
            int channel = i % Channels;
            int column = i / Channels % _tileSize * Oversampling;
            int row = i / Channels / _tileSize * Oversampling;
            double sum = RowMean(row, column, channel) + RowMean(row + 1, column, channel) + RowMean(row + 2, column, channel);
            tile[i] = (byte)(sum / Oversampling);
        }
        return tile;
    }

    private double RowMean(int row, int column, int channel)
    {
        int at = (((row * _side) + column) * Channels) + channel;
        return (_canvas[at] + _canvas[at + Channels] + _canvas[at + (2 * Channels)]) / (double)Oversampling;
    }

    private static RgbColor Scaled(RgbColor color, double factor) =>
        new((byte)(color.R * factor), (byte)(color.G * factor), (byte)(color.B * factor));

    private static RgbColor Rgb(ObjectColor color) =>
        color switch
        {
            ObjectColor.Red => new RgbColor(255, 0, 0),
            ObjectColor.Green => new RgbColor(0, 255, 0),
            ObjectColor.Blue => new RgbColor(0, 0, 255),
            ObjectColor.Purple => new RgbColor(112, 39, 195),
            ObjectColor.Yellow => new RgbColor(255, 255, 0),
            _ => new RgbColor(100, 100, 100),
        };
}
