using VlmQ.Cli.Play;
using VlmQ.Core.Environments;

namespace VlmQ.Cli.Tests.Play;

public class KeyBindingsTests
{
    [Theory]
    [InlineData("stand hit", "[s] stand  [h] hit  [q] quit")]
    [InlineData("- +", "[-]  [+]  [q] quit")]
    [InlineData("1 10 =", "[1]  [0] 10  [=]  [q] quit")]
    [InlineData("pickup drop done quit", "[p] pickup  [d] drop  [o] done  [u] quit  [q] quit")]
    public void Actions_are_their_own_key_or_have_their_first_free_letter(string actions, string help) =>
        Assert.Equal(help, new KeyBindings([.. actions.Split(' ')]).Help);

    [Theory]
    [InlineData("left right forward drop", "[l ←] left  [r →] right  [f ↑] forward  [d] drop  [q] quit")]
    [InlineData("- +", "[- ←]  [+ →]  [q] quit")]
    [InlineData("stand hit", "[s] stand  [h] hit  [q] quit")]
    public void A_keyboard_is_told_its_arrows_too(string actions, string help) =>
        Assert.Equal(help, new KeyBindings([.. actions.Split(' ')]).HelpWithArrows);

    [Fact]
    public void Every_action_of_every_environment_has_a_key_of_its_own()
    {
        foreach (EnvironmentEntry entry in EnvironmentCatalog.All)
        {
            KeyBindings bindings = new(entry.Environment.Actions);
            string[] keys = [.. bindings.Help.Split("  ").Select(word => word[..3])];
            Assert.Equal(keys.Length, keys.Distinct().Count());
            Assert.All(entry.Environment.Actions, action => Assert.Equal(action, bindings.ActionOf(action)));
            Assert.Equal(entry.Environment.Actions, keys[..^1].Select(key => bindings.ActionOf(key[1..2])));
        }
    }

    [Theory]
    [InlineData("- +", ConsoleKey.LeftArrow, "-")]
    [InlineData("- +", ConsoleKey.UpArrow, null)]
    [InlineData("left right forward", ConsoleKey.UpArrow, "forward")]
    [InlineData("stand hit", ConsoleKey.LeftArrow, null)]
    public void Arrows_move(string actions, ConsoleKey arrow, string? action) =>
        Assert.Equal(action, new KeyBindings([.. actions.Split(' ')]).ActionOf(new ConsoleKeyInfo('\0', arrow, false, false, false)));
}
