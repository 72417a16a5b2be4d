using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Chaos;

internal static class Ports
{
    /// <summary>Free now. A silo keeps its port over its restarts, so it cannot ask for any.</summary>
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
