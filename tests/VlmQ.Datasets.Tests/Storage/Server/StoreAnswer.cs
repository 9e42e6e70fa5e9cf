using System.Globalization;
using System.Text;

namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>An answer.</summary>
internal sealed record StoreAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public static StoreAnswer Xml(int status, string xml, params (string, string)[] headers) =>
        new(
            status,
            Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml),
            [("Content-Type", "application/xml"), .. headers]
        );

    public static StoreAnswer Error(int status, string code, params (string, string)[] headers) =>
        Xml(status, $"<Error><Code>{code}</Code><Message>{code}</Message><RequestId>1</RequestId></Error>", headers);

    /// <summary>The head as it goes over the wire.</summary>
    public byte[] Head(long length)
    {
        StringBuilder head = new(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} status\r\nContent-Length: {length}\r\n"));
        foreach ((string name, string value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }
}
