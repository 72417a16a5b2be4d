using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansBilling.Chaos;

/// <summary>What lies between a silo and the database.</summary>
internal enum Link
{
    Up,

    /// <summary>Connections break, and new ones are refused: a host that is gone.</summary>
    Cut,

    /// <summary>Nothing arrives and nobody is told: a network that swallows. What was on its way arrives late.</summary>
    Silent,
}

/// <summary>The one way of a silo to the database, on a port of its own. Knows nothing of the protocol that passes.</summary>
internal sealed class DatabaseProxy : IAsyncDisposable
{
    private const int ChunkBytes = 32 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly EndPoint _database;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Link _link = Link.Up;

    public DatabaseProxy(string host, int port)
    {
        _database = new DnsEndPoint(host, port, AddressFamily.InterNetwork);
        _up.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Turn(Link link)
    {
        _link = link;
        if (link == Link.Silent)
        {
            _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else
        {
            _up.TrySetResult();
        }

        if (link == Link.Cut)
        {
            Break();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        _up.TrySetResult();
        Break();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = PassAsync(client);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopping, or a client that was gone before it was accepted.
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using Socket database = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            client.LingerState = database.LingerState = new LingerOption(true, 0);
            _open[client] = _open[database] = true;
            try
            {
                await _up.Task;
                if (_link != Link.Cut)
                {
                    await database.ConnectAsync(_database, _stopping.Token);
                    await Task.WhenAny(PumpAsync(client, database), PumpAsync(database, client));
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The database is restarting: the client sees a connection that breaks.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(database, out _);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        byte[] chunk = new byte[ChunkBytes];
        try
        {
            for (int read = await from.ReceiveAsync(chunk); read > 0; read = await from.ReceiveAsync(chunk))
            {
                await _up.Task;
                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(chunk.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other direction ends with this one.
        }
    }

    private void Break()
    {
        foreach (Socket socket in _open.Keys)
        {
            socket.Dispose();
        }
    }
}
