using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Storage;

/// <summary>
/// Section <c>Cluster</c>: how silos find each other. With SQLite there is one silo, on the loopback address. Ports of silos are not protected by
/// a password: they belong on a private network.
/// </summary>
public sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>Silos with the same id and the same database form one cluster. A second cluster on one database (blue/green) is a second id.</summary>
    public string ClusterId { get; set; } = "orleansbilling";

    /// <summary>The name in logs and in the dashboard; null: the host's name and port.</summary>
    public string? SiloName { get; set; }

    /// <summary>Null: 11111 with PostgreSQL, a free one with SQLite. 0: a free one.</summary>
    public int? SiloPort { get; set; }

    /// <summary>Null: 30000 with PostgreSQL, a free one with SQLite. 0: a free one.</summary>
    public int? GatewayPort { get; set; }

    /// <summary>The IP address or host name that the other silos reach this one by; null: the first IPv4 address of this host.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>True: listens on every address of the host (port mapping, NAT); false: on the advertised one only.</summary>
    public bool ListenOnAnyAddress { get; set; }

    /// <exception cref="StorageException">A value cannot be used; the message names the setting.</exception>
    internal (int Silo, int Gateway) Ports(DatabaseEngine engine)
    {
        int otherwise(int port) => engine == DatabaseEngine.Sqlite ? 0 : port;
        int silo = Port(SiloPort ?? otherwise(11111), nameof(SiloPort), except: 0);
        return (silo, Port(GatewayPort ?? otherwise(30000), nameof(GatewayPort), except: silo));
    }

    /// <summary>Null lets Orleans choose.</summary>
    /// <exception cref="StorageException"><see cref="AdvertisedAddress"/> is neither an address nor a known name.</exception>
    internal IPAddress? AdvertisedIp()
    {
        if (string.IsNullOrWhiteSpace(AdvertisedAddress))
        {
            return null;
        }

        if (IPAddress.TryParse(AdvertisedAddress, out IPAddress? address))
        {
            return address;
        }

        try
        {
            IPAddress[] found = Dns.GetHostAddresses(AdvertisedAddress);
            return found.FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new StorageException($"Cluster:AdvertisedAddress \"{AdvertisedAddress}\" is neither an IP address nor a host name that resolves here.", error);
        }
    }

    private static int Port(int port, string setting, int except)
    {
        if (port is < 0 or > IPEndPoint.MaxPort || (port != 0 && port == except))
        {
            throw new StorageException($"Cluster:{setting} is {port}; it must be a port that nothing else uses, or 0 for a free one.");
        }

        if (port != 0)
        {
            return port;
        }

        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port is int free && free != except ? free : Port(0, setting, except);
    }
}
