using Microsoft.Extensions.Logging.Abstractions;
using OrleansBilling.Storage;

namespace OrleansBilling.Tests.Storage;

public class SchemaMigratorTests
{
    [Fact]
    public async Task Applying_twice_changes_nothing()
    {
        using Database database = Database.Sqlite(Directory.CreateTempSubdirectory("storage-").FullName);
        SchemaMigrator migrator = new(database, TimeProvider.System, NullLogger<SchemaMigrator>.Instance);

        Assert.NotEmpty(await migrator.ApplyAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await migrator.ApplyAsync(TestContext.Current.CancellationToken));
    }
}
