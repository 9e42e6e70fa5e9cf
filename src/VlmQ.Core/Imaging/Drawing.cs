namespace VlmQ.Core.Imaging;

/// <summary>Draws a picture into memory that its reader owns: a pure function, which writes the same bytes whenever it is called.</summary>
/// <param name="pixels">Receives <c>[height, width, 3]</c>; every byte is written.</param>
public delegate void Drawing(Span<byte> pixels);
