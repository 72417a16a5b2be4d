using System.Data.Common;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using OrleansBilling.Storage;

namespace OrleansBilling.Security;

/// <summary>The keys behind sign-in cookies, in the database, so that every silo reads the cookies of every other.</summary>
internal sealed class DataProtectionKeys(Database database, StorageStartup storage, TimeProvider time) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Blocking(async connection =>
        (IReadOnlyCollection<XElement>)[.. (await connection.QueryAsync<string>("SELECT xml FROM data_protection_key ORDER BY created_at_ms")).Select(XElement.Parse)]);

    public void StoreElement(XElement element, string friendlyName) => Blocking(connection => connection.ExecuteAsync(
        "INSERT INTO data_protection_key (friendly_name, xml, created_at_ms) VALUES (@friendlyName, @xml, @now)",
        new { friendlyName, xml = element.ToString(SaveOptions.DisableFormatting), now = time.GetUtcNow().ToUnixTimeMilliseconds() }));

    // Data Protection has no asynchronous storage. It asks at start and about once a day.
    private T Blocking<T>(Func<DbConnection, Task<T>> work) => Task.Run(async () =>
    {
        await storage.PrepareAsync();
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        return await work(connection);
    }).GetAwaiter().GetResult();
}

/// <summary>Encrypts a cookie key with the key ring: a copy of the database alone must not let anybody forge a sign-in.</summary>
internal sealed class DataProtectionEncryptor(SecretCipher cipher) : IXmlEncryptor
{
    internal static readonly SecretContext Context = new("data-protection", "", "");

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement("keyRing", cipher.Encrypt(Context, plaintextElement.ToString(SaveOptions.DisableFormatting)).ToStored()),
        typeof(DataProtectionDecryptor));
}

/// <summary>Made by Data Protection from the type's name in the stored XML: do not rename or move it.</summary>
internal sealed class DataProtectionDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(
        services.GetRequiredService<SecretCipher>().Decrypt(DataProtectionEncryptor.Context, EncryptedSecret.FromStored(encryptedElement.Value).Value));
}

internal sealed class DataProtectionSetup(DataProtectionKeys keys, DataProtectionEncryptor encryptor) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => (options.XmlRepository, options.XmlEncryptor) = (keys, encryptor);
}
