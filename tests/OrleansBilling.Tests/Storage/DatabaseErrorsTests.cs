using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Serialization;
using OrleansBilling.Tests.Support;

namespace OrleansBilling.Tests.Storage;

public class DatabaseErrorsTests
{
    // A silo that was cut off from the database answered the others with "no codec for NpgsqlException", and one of them ended of it.
    [Fact]
    public async Task What_the_database_said_crosses_a_call_between_silos()
    {
        await using BillingServer server = await BillingServer.StartAsync();
        Serializer serializer = server.App.Services.GetRequiredService<Serializer>();
        Exception error = new InvalidOperationException("outer", new NpgsqlException("The operation has timed out"));

        Exception? arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray(error));

        Assert.Equal("The operation has timed out", Assert.IsType<NpgsqlException>(arrived?.InnerException).Message);
    }
}
